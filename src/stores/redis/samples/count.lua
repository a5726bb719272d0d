-- Counts what shows whether samples of a range are still there.
--
-- KEYS  as in rollups.lua
-- ARGV  the times of the first and the last sample of the range
-- Returns how often samples were removed, and how many prices and sentiments the range has.

local first, last = tonumber(ARGV[1]), tonumber(ARGV[2])

local function count(key)
  if redis.call('EXISTS', key) == 0 then return 0 end
  -- One bucket, without an end: TS.RANGE walks every chunk after the end.
  local bucket = redis.call(
    'TS.RANGE', key, first, '+', 'COUNT', 1, 'ALIGN', first, 'AGGREGATION', 'count', last - first + 1)[1]
  if not bucket or bucket[1] ~= first then return 0 end
  return tonumber(type(bucket[2]) == 'table' and bucket[2].ok or bucket[2])
end

return { tonumber(redis.call('HGET', KEYS[3], 'removals') or 0) or 0, count(KEYS[1]), count(KEYS[2]) }
