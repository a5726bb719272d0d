-- Removes the first samples of a range and recomputes their rollups, atomically.
--
-- KEYS  as in rollups.lua, with the pages of one day
-- ARGV  the range, [from, to); the day's start
-- Returns the number of removed samples, and the start of the rest of the range, or nothing at its end. If the first
-- sample is in another day, it removes nothing and returns that sample's time as the start of the rest.

local from, to, start = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
-- Samples of each series per call: a millisecond or two.
local PAGE = 1440

local stop, times, count = math.min(to, start + DAY), {}, 0
local first = math.huge
local pages = {}
for index = 1, 2 do
  local page = exists(KEYS[index]) and redis.call('TS.RANGE', KEYS[index], from, '+', 'COUNT', PAGE) or {}
  pages[index] = page
  if page[1] then first = math.min(first, page[1][1]) end
  if #page == PAGE then stop = math.min(stop, page[PAGE][1] + 1) end
end
if first >= to then return { 0, false } end
if first < start or first >= start + DAY then return { 0, first } end

local untrimmed
if first < RAW_SINCE then untrimmed = untrimmedHours(first - first % HOUR, math.min(start + DAY, RAW_SINCE)) end

local last
for index, page in ipairs(pages) do
  local has = false
  for _, pair in ipairs(page) do
    if pair[1] >= stop then break end
    if not times[pair[1]] then count = count + 1 end
    times[pair[1]] = true
    last, has = math.max(last or 0, pair[1]), true
  end
  if has then redis.call('TS.DEL', KEYS[index], first, stop - 1) end
end
rollUp(first - first % HOUR, last - last % HOUR + HOUR, untrimmed)
noteRemoval()
return { count, stop < to and stop }
