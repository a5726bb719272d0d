-- Deletes the averages of trimmed hours, and recomputes their days from the hours that remain.
--
-- KEYS  as in rollups.lua, with the pages of the hours
-- ARGV  whole hours [from, to) of one page of hours

local from, to = tonumber(ARGV[1]), math.min(tonumber(ARGV[2]), RAW_SINCE)
if from >= to or not exists(KEYS[5]) then return 0 end
keep(KEYS[5], from / HOUR % HOURS, string.rep('\0', (to - from) / HOUR * SLOT), HOURS)
rollUpDays(from - from % DAY, to)
noteRemoval()
return 1
