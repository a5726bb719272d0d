-- Computes rollups of hours and days from raw samples. They are never incremented, so that the order of writes, repeats
-- and late samples do not matter. Other scripts are appended to this text.
--
-- KEYS  the price series, the sentiment series, the hash of the rollups' state, a page of days, a page of hours, the hash
--       of the store
--
-- A page is a string of slots, including empty ones; not a time series, because one GET reads hundreds of slots without
-- parsing (docs/redis.md, "Rollups"). A slot is eight little-endian doubles: mean, count, minimum and maximum
-- of the prices, mean and count of the sentiments, and, for an hour, its first and last price. All zeros: empty. Wider
-- buckets follow from means and counts.

local HOUR, DAY = 3600000, 86400000
-- A page of hours has 30 days, a page of days 16 times as many: see pages.ts.
local HOURS, DAYS = 720, 480
local SLOT, FORM = 64, '<dddddddd'

-- Hours before it are final if samples of them were deleted.
local RAW_SINCE = rawSince(KEYS[3], KEYS[6])

-- TS.RANGE gives values as text, so that no digit is lost.
local function number(value) return tonumber(type(value) == 'table' and value.ok or value) end

local function exists(key) return redis.call('EXISTS', key) == 1 end

-- Returns the slots of the hours of [from, to), and whether there is no sample.
local function hours(from, to)
  local found = {}
  local function read(key, filter, aggregators)
    if not exists(key) then return end
    for column, aggregator in pairs(aggregators) do
      -- By COUNT and without an end: TS.RANGE walks every chunk after the end.
      local buckets = redis.call(
        'TS.RANGE', key, from, '+', 'COUNT', (to - from) / HOUR, 'AGGREGATION', aggregator, HOUR, unpack(filter))
      for _, bucket in ipairs(buckets) do
        if bucket[1] >= to then break end
        local index = (bucket[1] - from) / HOUR
        found[index] = found[index] or { 0, 0, 0, 0, 0, 0, 0, 0 }
        found[index][column] = number(bucket[2])
      end
    end
  end
  read(KEYS[1], VALID_PRICES, { 'avg', 'count', 'min', 'max', [7] = 'first', [8] = 'last' })
  read(KEYS[2], {}, { [5] = 'avg', [6] = 'count' })
  local slots, EMPTY = {}, string.rep('\0', SLOT)
  for index = 0, (to - from) / HOUR - 1 do
    local slot = found[index]
    slots[index + 1] = slot and struct.pack(FORM, unpack(slot)) or EMPTY
  end
  return table.concat(slots), next(found) == nil
end

-- The mean of means, weighted by their counts.
local function mean(means, counts, total)
  local sum = 0
  for index, value in ipairs(means) do sum = sum + value * counts[index] end
  return sum / total
end

-- Returns the slot of a day from those of its hours, and its counts of prices and sentiments.
local function day(slots)
  local prices, priceCounts, priceTotal = {}, {}, 0
  local sentiments, sentimentCounts, sentimentTotal = {}, {}, 0
  local least, greatest = math.huge, -math.huge
  for at = 1, #slots, SLOT do
    local price, count, low, high, sentiment, sentimentCount = struct.unpack(FORM, slots, at)
    if count > 0 then
      prices[#prices + 1], priceCounts[#priceCounts + 1] = price, count
      priceTotal = priceTotal + count
      least, greatest = math.min(least, low), math.max(greatest, high)
    end
    if sentimentCount > 0 then
      sentiments[#sentiments + 1], sentimentCounts[#sentimentCounts + 1] = sentiment, sentimentCount
      sentimentTotal = sentimentTotal + sentimentCount
    end
  end
  local slot = { 0, 0, 0, 0, 0, 0, 0, 0 }
  if priceTotal > 0 then
    slot[1], slot[2], slot[3], slot[4] = mean(prices, priceCounts, priceTotal), priceTotal, least, greatest
  end
  if sentimentTotal > 0 then
    slot[5], slot[6] = mean(sentiments, sentimentCounts, sentimentTotal), sentimentTotal
  end
  return struct.pack(FORM, unpack(slot)), priceTotal, sentimentTotal
end

-- Reads some slots of a page. Those after its end are empty.
local function slotsOf(page, first, count)
  local text = redis.call('GETRANGE', page, first * SLOT, (first + count) * SLOT - 1)
  return text .. string.rep('\0', count * SLOT - #text)
end

-- Adds one to a field of the rollups' state.
local function count(field)
  local value = tonumber(redis.call('HGET', KEYS[3], field) or 0) or 0
  redis.call('HSET', KEYS[3], field, string.format('%.0f', value + 1))
end

-- Tells readers that what they have computed from averages is out of date; see state.lua.
local hasNotedChange = false
local function noteChange()
  if not hasNotedChange then count('revision') end
  hasNotedChange = true
end

-- Writes some slots of a page. Returns whether they changed.
local function keep(page, first, slots, size)
  if slotsOf(page, first, #slots / SLOT) == slots then return false end
  noteChange()
  -- Allocates the whole page at once, since Redis gives a growing string twice the memory it needs.
  if not exists(page) then redis.call('SETRANGE', page, size * SLOT - 1, '\0') end
  redis.call('SETRANGE', page, first * SLOT, slots)
  return true
end

-- Recomputes days from their hours. Returns whether any changed, by how much their counts of prices and sentiments grew, and
-- how many prices they count.
local function rollUpDays(from, to)
  local changed, prices, sentiments, total = false, 0, 0, 0
  for start = from, to - 1, DAY do
    local first = start / DAY % DAYS
    local _, priceCount, _, _, _, sentimentCount = struct.unpack(FORM, slotsOf(KEYS[4], first, 1))
    local slot, priceTotal, sentimentTotal = day(slotsOf(KEYS[5], start / HOUR % HOURS, 24))
    changed = keep(KEYS[4], first, slot, DAYS) or changed
    prices = prices + priceTotal - priceCount
    sentiments = sentiments + sentimentTotal - sentimentCount
    total = total + priceTotal
  end
  return changed, prices, sentiments, total
end

-- Returns the starts, as a set, of the hours in [from, to) of which no sample was deleted. The range is before RAW_SINCE, and in one
-- page.
local function untrimmedHours(from, to)
  local untrimmed, fresh = {}, (hours(from, to))
  local stored = slotsOf(KEYS[5], from / HOUR % HOURS, #fresh / SLOT)
  for at = 1, #fresh, SLOT do
    local _, prices, _, _, _, sentiments = struct.unpack(FORM, fresh, at)
    local _, storedPrices, _, _, _, storedSentiments = struct.unpack(FORM, stored, at)
    if prices == storedPrices and sentiments == storedSentiments then untrimmed[from + (at - 1) / SLOT * HOUR] = true end
  end
  return untrimmed
end

-- The slots of the hours from `from` on, in which those before RAW_SINCE stay as they are, unless they are in `untrimmed`.
local function withFinal(from, slots, untrimmed)
  local first, parts = from / HOUR % HOURS, {}
  for index = 0, #slots / SLOT - 1 do
    local start = from + index * HOUR
    local isFinal = start < RAW_SINCE and not (untrimmed and untrimmed[start])
    parts[index + 1] = isFinal and slotsOf(KEYS[5], first + index, 1) or slots:sub(index * SLOT + 1, (index + 1) * SLOT)
  end
  return table.concat(parts)
end

-- Tells repairs and appends that samples or averages were removed, which they may have counted.
local function noteRemoval()
  count('removals')
  noteChange()
end

-- Recomputes the rollups of the whole hours of [from, to), which are in one page of hours, and of their days. Leaves final hours
-- unless they are in `untrimmed`. Returns whether any rollup changed; by how much the days' counts of prices and
-- sentiments grew; whether there is no sample; how many prices of hours that are not final the days count.
local function rollUp(from, to, untrimmed)
  local slots, isEmpty = hours(from, to)
  if from < RAW_SINCE then slots = withFinal(from, slots, untrimmed) end
  local changed = keep(KEYS[5], from / HOUR % HOURS, slots, HOURS)
  local firstDay = from - from % DAY
  local changedDays, prices, sentiments, total = rollUpDays(untrimmed and firstDay or math.max(firstDay, RAW_SINCE), to)
  return changed or changedDays, prices, sentiments, isEmpty, total
end
