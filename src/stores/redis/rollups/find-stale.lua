-- Reads how many samples a series has, and its rollups, at one moment.
--
-- KEYS  the series, the hash of the rollups' state, the hash of the store, all pages of days
-- ARGV  the schema of rollups; the end of the time that rollups can cover
-- Returns the time since which rollups are built, or nothing if it is unknown; the time before which they are final; the number
-- of samples from then to the end, with the times of the first and the last; how often samples were removed; and the pages.

local series, schema, limit = KEYS[1], ARGV[1], tonumber(ARGV[2])
local RAW_SINCE = rawSince(KEYS[2], KEYS[3])

local function number(value) return tonumber(type(value) == 'table' and value.ok or value) end

local function samples()
  if redis.call('EXISTS', series) == 0 then return { 0, 0, 0 } end
  local info, of = redis.call('TS.INFO', series), {}
  for at = 1, #info, 2 do of[info[at].ok or info[at]] = info[at + 1] end
  local function countIn(from, to)
    local count = 0
    local buckets = redis.call('TS.RANGE', series, from, to, 'AGGREGATION', 'count', 2 ^ 52)
    for _, bucket in ipairs(buckets) do count = count + number(bucket[2]) end
    return count
  end
  local outside = 0
  if of.lastTimestamp >= limit then outside = countIn(limit, '+') end
  -- Samples of trimmed days that an import or another program added.
  if of.firstTimestamp < RAW_SINCE then outside = outside + countIn('-', RAW_SINCE - 1) end
  local first, last = math.max(of.firstTimestamp, RAW_SINCE), math.min(of.lastTimestamp, limit - 1)
  return { of.totalSamples - outside, first, last }
end

local since = redis.call('HGET', KEYS[2], 'schema') == schema and redis.call('HGET', KEYS[2], 'since')
local pages = {}
for index = 4, #KEYS do pages[index - 3] = redis.call('GET', KEYS[index]) end
local removals = tonumber(redis.call('HGET', KEYS[2], 'removals') or 0) or 0
return { since and tonumber(since), RAW_SINCE, samples(), removals, pages }
