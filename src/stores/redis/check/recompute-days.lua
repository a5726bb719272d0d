-- Recomputes days from their hours.
--
-- KEYS  as in rollups.lua, with the pages of the days
-- ARGV  whole days [from, to) of one page of hours

rollUpDays(tonumber(ARGV[1]), tonumber(ARGV[2]))
return 1
