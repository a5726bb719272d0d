-- Describes the state of samples and averages, in constant time: how often they were changed, since when rollups are complete,
-- the time before which they are final, and the oldest and the newest sample of each series.
--
-- KEYS  the price series, the sentiment series, the hash of the rollups' state, the hash of the store, any others

local function state()
  local function field(name) return redis.call('HGET', KEYS[3], name) or '' end
  local parts = { field('revision'), field('since'), rawSince(KEYS[3], KEYS[4]) }
  for index = 1, 2 do
    for _, command in ipairs({ 'TS.RANGE', 'TS.REVRANGE' }) do
      local pair = redis.call('EXISTS', KEYS[index]) == 1 and redis.call(command, KEYS[index], '-', '+', 'COUNT', 1)[1]
      parts[#parts + 1] = pair and string.format('%.0f', pair[1]) or ''
    end
  end
  return table.concat(parts, ' ')
end
