-- Reads the three hours up to the hour of the newest sample, in one round trip and at one moment.
--
-- KEYS  the price series, the sentiment series
-- ARGV  the latest time that counts, the width of an hour; in milliseconds
-- Returns, for each series, its newest time (or nothing), its averages and its counts, by hour.
--
-- The range begins with a whole hour, so that no average covers only a part of one. It ends at the latest time that
-- counts, since other programs may write samples ahead of the clock, and the latest time may be in the past. Ranges are
-- limited by COUNT, without an end: TS.RANGE walks every chunk after its end, which takes milliseconds in the middle of
-- ten years.

local latest, HOUR = tonumber(ARGV[1]), tonumber(ARGV[2])

local function newest(key, filter)
  if redis.call('EXISTS', key) == 0 then return false end
  local pair = redis.call('TS.REVRANGE', key, '-', latest, 'COUNT', 1, unpack(filter))[1]
  return pair and pair[1]
end

local price, sentiment = newest(KEYS[1], VALID_PRICES), newest(KEYS[2], {})
if not price and not sentiment then return false end

local last = math.max(price or 0, sentiment or 0)
last = last - last % HOUR
local from, to = last - 2 * HOUR, math.min(last + HOUR, latest + 1)

local function hours(key, filter, aggregator, exists)
  if not exists then return {} end
  local found = {}
  local function read(start, stop, count, width)
    local buckets = redis.call(
      'TS.RANGE', key, start, '+', 'COUNT', count, 'ALIGN', start, 'AGGREGATION', aggregator, width, unpack(filter))
    for _, bucket in ipairs(buckets) do
      if bucket[1] < stop then found[#found + 1] = bucket end
    end
  end
  read(from, last, 2, HOUR)
  -- As one bucket of the length that counts.
  read(last, to, 1, to - last)
  return found
end

return {
  { price or false, hours(KEYS[1], VALID_PRICES, 'avg', price), hours(KEYS[1], VALID_PRICES, 'count', price) },
  { sentiment or false, hours(KEYS[2], {}, 'avg', sentiment), hours(KEYS[2], {}, 'count', sentiment) },
}
