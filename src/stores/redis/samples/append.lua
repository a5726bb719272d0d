-- Stores the new values of a batch of samples, atomically. The first write wins, for each series separately. Reading the
-- stored times and adding only missing values is about forty times cheaper than sending duplicates to TS.MADD, whose reply
-- also does not distinguish a new sample from a duplicate.
--
-- KEYS  as in rollups.lua, with the pages of the batch's one day
-- ARGV  one JSON list, which costs less than as many arguments: time, price and sentiment of each sample, ascending by
--       time. Values are text, so that no digit is lost, and '' if absent
--       with the last batch, the times of the first and the last sample of the range to describe, as in count.lua
-- Returns the number of samples with a new value, how often samples were removed, and the state of the range.

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

local prices, sentiments = stored(KEYS[1]), stored(KEYS[2])
local command, size, added = { 'TS.MADD' }, 1, 0
local oldest, newest
-- Samples of trimmed hours are dropped, and counted as duplicates: they cannot be compared with the deleted ones.
local untrimmed
if first < RAW_SINCE then untrimmed = untrimmedHours(first - first % HOUR, math.min(last - last % HOUR + HOUR, RAW_SINCE)) end

-- Two samples at one time are neighbours, since the batch ascends.
local lastPrice, lastSentiment
local priceKey, sentimentKey = KEYS[1], KEYS[2]
for at = 1, #batch, 3 do
  local time, price, sentiment = batch[at], batch[at + 1], batch[at + 2]
  if time >= RAW_SINCE or untrimmed[time - time % HOUR] then
    local hasPrice = price ~= '' and time ~= lastPrice and not prices[time]
    local hasSentiment = sentiment ~= '' and time ~= lastSentiment and not sentiments[time]
    if hasPrice then
      command[size + 1], command[size + 2], command[size + 3] = priceKey, time, price
      size, lastPrice = size + 3, time
    end
    if hasSentiment then
      command[size + 1], command[size + 2], command[size + 3] = sentimentKey, time, sentiment
      size, lastSentiment = size + 3, time
    end
    if hasPrice or hasSentiment then
      oldest, newest, added = oldest or time, time, added + 1
    end
  end
end

if size > 1 then
  local replies = redis.call(unpack(command))
  rollUp(oldest - oldest % HOUR, newest - newest % HOUR + HOUR, untrimmed)
  -- TS.MADD is not atomic: a rejected sample is an error inside its reply.
  for index = 1, #replies do
    local reply = replies[index]
    if type(reply) == 'table' and reply.err then return redis.error_reply(reply.err) end
  end
end

return { added, removals(), ARGV[2] and rangeState(tonumber(ARGV[2]), tonumber(ARGV[3])) }
