-- Writes the averages of trimmed hours of one day.
--
-- KEYS  as in rollups.lua, with the pages of the day
-- ARGV  a JSON list: start, then the eight numbers of each hour's slot as text, so that no digit is lost; the day's start

local list, day = cjson.decode(ARGV[1]), tonumber(ARGV[2])
for at = 1, #list, 9 do
  local slot = {}
  for column = 1, 8 do slot[column] = tonumber(list[at + column]) end
  keep(KEYS[5], list[at] / HOUR % HOURS, struct.pack(FORM, unpack(slot)), HOURS)
end
rollUpDays(day, day + DAY)
return 1
