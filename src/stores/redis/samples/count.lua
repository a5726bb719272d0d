-- Describes the samples of a range, to see later whether they are still there. KEYS are as in rollups.lua.

-- How often samples were removed, as text.
local function removals() return redis.call('HGET', KEYS[3], 'removals') or '0' end

-- How often samples were removed, and how many prices and sentiments a range has, with their sums, as text.
local function rangeState(first, last)
  local found = { removals() }
  for index = 1, 2 do
    for _, aggregator in ipairs({ 'count', 'sum' }) do
      -- One bucket, without an end: TS.RANGE walks every chunk after the end.
      local bucket = redis.call('EXISTS', KEYS[index]) == 1 and redis.call(
        'TS.RANGE', KEYS[index], first, '+', 'COUNT', 1, 'ALIGN', first, 'AGGREGATION', aggregator, last - first + 1)[1]
      local value = bucket and bucket[1] == first and bucket[2] or '0'
      found[#found + 1] = type(value) == 'table' and value.ok or value
    end
  end
  return found
end
