-- Recomputes the rollups of some whole days, except final ones, and updates the time since which all are built.
--
-- KEYS  as in rollups.lua, with the pages of the days
-- ARGV  the schema of rollups
--       the days, [from, to)
--       the time above which rollups are built; between `to` and this time, there are no samples and no rollups
--       '1' if there are no samples and rollups from `to` on, so that these days are the first to be built
--       '1' if there are no samples and rollups before `from`, so that these days are the last
-- Returns whether any rollup changed
--         by how much the days' counts of prices and sentiments grew
--         the time since which all rollups are built, or nothing if that hash was lost
--         if the days have no sample, the time of the last sample before them, or -1
--         the number of prices that rollups ignore

local schema, from, to, above = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local isFirst, isLast = ARGV[5] == '1', ARGV[6] == '1'

local changed, prices, sentiments, isEmpty, total = rollUp(from, to)

local isMarked = redis.call('HGET', KEYS[3], 'schema') == schema
local since = isMarked and tonumber(redis.call('HGET', KEYS[3], 'since')) or nil
if (since and since > 0 and since <= above) or (not since and isFirst) then
  since = isLast and 0 or math.min(since or from, from)
  redis.call('HSET', KEYS[3], 'schema', schema, 'since', since)
end

-- Called only for a gap, since it walks all earlier chunks.
local function before(key)
  if from == 0 or not exists(key) then return -1 end
  local pair = redis.call('TS.REVRANGE', key, '-', from - 1, 'COUNT', 1)[1]
  return pair and pair[1] or -1
end

local older = isEmpty and not isLast and math.max(before(KEYS[1]), before(KEYS[2]))
-- By COUNT and without an end, as in rollups.lua.
local ignored = -total
local start = math.max(from, RAW_SINCE)
local function all() return redis.call('TS.RANGE', KEYS[1], start, '+', 'COUNT', (to - start) / DAY, 'AGGREGATION', 'count', DAY) end
for _, bucket in ipairs(start < to and exists(KEYS[1]) and all() or {}) do
  if bucket[1] < to then ignored = ignored + number(bucket[2]) end
end
return { changed and 1 or 0, prices, sentiments, since or false, older, ignored }
