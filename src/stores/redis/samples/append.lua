-- Stores the new values of a batch of samples, atomically. The first write wins, for each series separately. Reading the
-- stored times and adding only missing values is about forty times cheaper than sending duplicates to TS.MADD, whose reply
-- also does not distinguish a new sample from a duplicate.
--
-- KEYS  as in rollups.lua, with the pages of the batch's one day
-- ARGV  one JSON list, which costs less than as many arguments: time, price and sentiment of each sample, ascending by
--       time. Values are text, so that no digit is lost, and '' if absent
-- Returns the number of samples with a new value, and how often samples were removed.

local batch = cjson.decode(ARGV[1])
local first, last = batch[1], batch[#batch - 2]
-- One more than the batch, since its span usually contains either the same samples or none.
local PAGE = #batch / 3 + 1

-- The stored times from `first` up to at least `last`. The range is limited by COUNT, without an end, since TS.RANGE would
-- walk every chunk after the end.
local function stored(key)
  local times, from = {}, first
  if not exists(key) then
    -- Lost since the start: flushed, or failed over to an empty replica. Remaining rollups do not belong to the new series.
    redis.call('TS.CREATE', key, 'CHUNK_SIZE', 2048, 'DUPLICATE_POLICY', 'first')
    redis.call('HDEL', KEYS[3], 'schema', 'since')
    return times
  end
  repeat
    local page = redis.call('TS.RANGE', key, from, '+', 'COUNT', PAGE)
    for _, pair in ipairs(page) do times[pair[1]] = true end
    local newest = page[#page]
    if newest then from = newest[1] + 1 end
  until #page < PAGE or from > last
  return times
end

local series = { { key = KEYS[1], times = stored(KEYS[1]) }, { key = KEYS[2], times = stored(KEYS[2]) } }
local command, added = { 'TS.MADD' }, 0
local oldest, newest
-- Samples of trimmed hours are duplicates: the hours have averages of samples that are no longer there to compare.
local open
if first < RAW_SINCE then open = openHours(first - first % HOUR, math.min(last - last % HOUR + HOUR, RAW_SINCE)) end

for at = 1, #batch, 3 do
  local time, isNew = batch[at], false
  for index, one in ipairs(series) do
    local value = batch[at + index]
    if value ~= '' and not one.times[time] and (time >= RAW_SINCE or open[time - time % HOUR]) then
      one.times[time] = true
      isNew = true
      oldest, newest = oldest or time, time
      command[#command + 1] = one.key
      command[#command + 1] = time
      command[#command + 1] = value
    end
  end
  if isNew then added = added + 1 end
end

if #command > 1 then
  local replies = redis.call(unpack(command))
  rollUp(oldest - oldest % HOUR, newest - newest % HOUR + HOUR, open)
  -- TS.MADD is not atomic: a rejected sample is an error inside its reply.
  for _, reply in ipairs(replies) do
    if type(reply) == 'table' and reply.err then return redis.error_reply(reply.err) end
  end
end

return { added, redis.call('HGET', KEYS[3], 'removals') or '0' }
