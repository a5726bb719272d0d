-- Reads how many samples a series has, and its rollups, at one moment.
--
-- KEYS  the series, the hash of the rollups' state, all pages of days
-- ARGV  the schema of rollups; the end of the time that rollups can cover
-- Returns the time since which rollups are built, or nothing if it is unknown; the number of samples before the end, with
-- the times of the first and the last; and the pages.

local series, schema, limit = KEYS[1], ARGV[1], tonumber(ARGV[2])

local function number(value) return tonumber(type(value) == 'table' and value.ok or value) end

local function samples()
  if redis.call('EXISTS', series) == 0 then return { 0, 0, 0 } end
  local info, of = redis.call('TS.INFO', series), {}
  for at = 1, #info, 2 do of[info[at].ok or info[at]] = info[at + 1] end
  local beyond = 0
  if of.lastTimestamp >= limit then
    local buckets = redis.call('TS.RANGE', series, limit, '+', 'AGGREGATION', 'count', 2 ^ 52)
    for _, bucket in ipairs(buckets) do beyond = beyond + number(bucket[2]) end
  end
  return { of.totalSamples - beyond, of.firstTimestamp, math.min(of.lastTimestamp, limit - 1) }
end

local since = redis.call('HGET', KEYS[2], 'schema') == schema and redis.call('HGET', KEYS[2], 'since')
local pages = {}
for index = 3, #KEYS do pages[index - 2] = redis.call('GET', KEYS[index]) end
return { since and tonumber(since), samples(), pages }
