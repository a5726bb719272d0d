-- Makes the rollups of some whole days right, and says how far down all are known to be made.
--
-- KEYS  as in rollups.lua: the pages are those of the days
-- ARGV  the schema of rollups; the days, [from, to); '1' where no sample or rollup is at `to` or later: what is not
--       marked is built from here on downwards; '1' where none is before `from`: it is built then
-- Returns whether any was another one, by how much the days' counts of prices and of sentiments grew, and since
-- which time all are made, or nothing where that is not known: the mark was lost.

local schema, from, to = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local isTop, isBottom = ARGV[4] == '1', ARGV[5] == '1'

local changed, prices, sentiments = rollUp(from, to)

local isMarked = redis.call('HGET', KEYS[3], 'schema') == schema
local since = isMarked and tonumber(redis.call('HGET', KEYS[3], 'since')) or nil
if (since and since > 0 and since <= to) or (not since and isTop) then
  since = isBottom and 0 or math.min(since or from, from)
  redis.call('HSET', KEYS[3], 'schema', schema, 'since', since)
end

return { changed and 1 or 0, prices, sentiments, since or false }
