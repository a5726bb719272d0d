-- Reads pages of rollups, and the time since which rollups are built, at one moment.
--
-- KEYS  the price series, the sentiment series, the hash of the rollups' state, the hash of the store, any pages
-- ARGV  the schema of rollups; '1' to describe the state
-- Returns the time, or nothing if it is unknown, the time before which they are final, the pages, and the state or ''.

local since = redis.call('HGET', KEYS[3], 'schema') == ARGV[1] and redis.call('HGET', KEYS[3], 'since')
-- The rollups of a deleted series still exist.
if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 then since = false end

local pages = {}
for index = 5, #KEYS do pages[index - 4] = redis.call('GET', KEYS[index]) end
return { since and tonumber(since), rawSince(KEYS[3], KEYS[4]), pages, ARGV[2] == '1' and state() or '' }
