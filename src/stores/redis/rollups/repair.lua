-- Makes the rollups of some whole days right, and says how far down all are known to be made.
--
-- KEYS  as in rollups.lua: the pages are those of the days
-- ARGV  the schema of rollups; the days, [from, to); from where on upwards rollups are made already, since between `to`
--       and it there was neither a sample nor a rollup; '1' where neither was from `to` on: it is the first one to be
--       made; '1' where neither was before `from`: it is the last one
-- Returns whether any was another one; by how much the days' counts of prices and of sentiments grew; since which
-- time all are made, or nothing where that is not known, for the mark was lost; and where the days have no sample the
-- time of the last one before them, -1 where there is none; and how many prices rollups leave out.

local schema, from, to, above = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local isFirst, isLast = ARGV[5] == '1', ARGV[6] == '1'

local changed, prices, sentiments, isEmpty, total = rollUp(from, to)

local isMarked = redis.call('HGET', KEYS[3], 'schema') == schema
local since = isMarked and tonumber(redis.call('HGET', KEYS[3], 'since')) or nil
if (since and since > 0 and since <= above) or (not since and isFirst) then
  since = isLast and 0 or math.min(since or from, from)
  redis.call('HSET', KEYS[3], 'schema', schema, 'since', since)
end

-- It walks the chunks before: only for a gap.
local function before(key)
  if from == 0 or not exists(key) then return -1 end
  local pair = redis.call('TS.REVRANGE', key, '-', from - 1, 'COUNT', 1)[1]
  return pair and pair[1] or -1
end

local older = isEmpty and not isLast and math.max(before(KEYS[1]), before(KEYS[2]))
-- By COUNT and without an end, as in rollups.lua.
local ignored = -total
local function all() return redis.call('TS.RANGE', KEYS[1], from, '+', 'COUNT', (to - from) / DAY, 'AGGREGATION', 'count', DAY) end
for _, bucket in ipairs(exists(KEYS[1]) and all() or {}) do
  if bucket[1] < to then ignored = ignored + number(bucket[2]) end
end
return { changed and 1 or 0, prices, sentiments, since or false, older, ignored }
