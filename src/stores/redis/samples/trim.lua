-- Trims the oldest day with samples: makes the averages of its hours final, and deletes its samples, atomically.
--
-- KEYS  as in rollups.lua, with the pages of the day
-- ARGV  the time before which to trim, the start of a day; the start of the day to trim; the clock; the latest time of a hold
-- Returns how many values were deleted, and the start of the next day to trim, or nothing if all is done. If the oldest sample
-- is in another day, it deletes nothing and returns that day.

local before, day, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local held = tonumber(redis.call('HGET', KEYS[6], 'held_until') or 0) or 0
if held > now and held <= tonumber(ARGV[4]) then return { 0, false } end

local function oldest()
  local time = math.huge
  for index = 1, 2 do
    local pair = exists(KEYS[index]) and redis.call('TS.RANGE', KEYS[index], '-', '+', 'COUNT', 1)[1]
    if pair then time = math.min(time, pair[1]) end
  end
  return time < before and time - time % DAY
end

local first = oldest()
if first ~= day then return { 0, first } end

local stop = day + DAY
if stop > RAW_SINCE then rollUp(day, stop) end
local deleted = 0
for index = 1, 2 do
  if exists(KEYS[index]) then deleted = deleted + redis.call('TS.DEL', KEYS[index], day, stop - 1) end
end
noteRemoval()
local following = oldest()
-- There is no sample between this day and the following one.
local since = string.format('%.0f', math.max(RAW_SINCE, following or before))
for _, key in ipairs({ KEYS[3], KEYS[6] }) do redis.call('HSET', key, 'raw_since', since) end
return { deleted, following }
