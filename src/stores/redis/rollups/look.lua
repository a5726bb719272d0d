-- What is kept and what is rolled up, at one moment.
--
-- KEYS  the price series, the sentiment series, the mark, all pages of days
-- ARGV  the schema of rollups; the time from which on there are none
-- Returns since which time rollups are made, or nothing; of each series how many samples it has up to that time,
-- the first one's and the last one's time; and the pages.

local schema, limit = ARGV[1], tonumber(ARGV[2])

local function look(key)
  if redis.call('EXISTS', key) == 0 then return { 0, 0, 0 } end
  local info, of = redis.call('TS.INFO', key), {}
  for at = 1, #info, 2 do of[info[at].ok or info[at]] = info[at + 1] end
  local beyond = 0
  if of.lastTimestamp >= limit then
    local all = redis.call('TS.RANGE', key, limit, '+', 'AGGREGATION', 'count', 2 ^ 52)
    for _, bucket in ipairs(all) do beyond = beyond + tonumber(bucket[2].ok or bucket[2]) end
  end
  return { of.totalSamples - beyond, of.firstTimestamp, math.min(of.lastTimestamp, limit - 1) }
end

local since = redis.call('HGET', KEYS[3], 'schema') == schema and redis.call('HGET', KEYS[3], 'since')
local pages = {}
for index = 4, #KEYS do pages[index - 3] = redis.call('GET', KEYS[index]) end
return { since and tonumber(since), look(KEYS[1]), look(KEYS[2]), pages }
