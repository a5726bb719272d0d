-- Keeps what is new of a batch of samples, in one step between all writers. First write wins, for each
-- series on its own. Reading the times that are kept and adding only what is missing is some forty times
-- cheaper than sending duplicates to TS.MADD, which also answers a new sample and a duplicate alike.
--
-- KEYS  as in rollups.lua: the pages are those of the batch's one day
-- ARGV  one list in JSON, which costs less than as many arguments: time, price and sentiment of each sample,
--       ascending by time; values are texts, so that no digit is lost, and '' where absent
-- Returns how many samples brought a value that was not kept.

local batch = cjson.decode(ARGV[1])
local first, last = batch[1], batch[#batch - 2]
-- One more than the batch: what is kept in its span is mostly the batch itself, or nothing.
local PAGE = #batch / 3 + 1

-- The times kept from `first` on, up to `last` at least. A range without its end is read by COUNT, since
-- TS.RANGE would walk every chunk after the end.
local function kept(key)
  local times, from = {}, first
  if not exists(key) then
    -- Gone since the start: flushed, or failed over to an empty replica. Rollups that are left are not of what comes now.
    redis.call('TS.CREATE', key, 'CHUNK_SIZE', 2048, 'DUPLICATE_POLICY', 'first')
    redis.call('DEL', KEYS[3])
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

local series = { { key = KEYS[1], times = kept(KEYS[1]) }, { key = KEYS[2], times = kept(KEYS[2]) } }
local command, added = { 'TS.MADD' }, 0
local oldest, newest

for at = 1, #batch, 3 do
  local time, brings = batch[at], false
  for index, one in ipairs(series) do
    local value = batch[at + index]
    if value ~= '' and not one.times[time] then
      one.times[time] = true
      brings = true
      oldest, newest = oldest or time, time
      command[#command + 1] = one.key
      command[#command + 1] = time
      command[#command + 1] = value
    end
  end
  if brings then added = added + 1 end
end

if #command > 1 then
  local replies = redis.call(unpack(command))
  rollUp(oldest - oldest % HOUR, newest - newest % HOUR + HOUR)
  -- TS.MADD is not all-or-nothing: a sample that it refuses is an error inside of its answer.
  for _, reply in ipairs(replies) do
    if type(reply) == 'table' and reply.err then return redis.error_reply(reply.err) end
  end
end

return added
