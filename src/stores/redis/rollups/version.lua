-- Describes the state of samples and rollups.
--
-- KEYS  the price series, the sentiment series, the hash of the rollups' state, the hash of the store
-- Returns how often samples were removed, since when rollups are complete, the time before which they are final, and for each
-- series how many samples it has, and its newest one.

local state = redis.call('HMGET', KEYS[3], 'removals', 'since')
local version = { state[1] or '', state[2] or '', rawSince(KEYS[3], KEYS[4]) }
for index = 1, 2 do
  if redis.call('EXISTS', KEYS[index]) == 1 then
    local info, of = redis.call('TS.INFO', KEYS[index]), {}
    for at = 1, #info, 2 do of[info[at].ok or info[at]] = info[at + 1] end
    version[#version + 1] = of.totalSamples
    version[#version + 1] = string.format('%.0f', of.lastTimestamp)
  end
end
return table.concat(version, ' ')
