-- Returns the time before which samples were trimmed: the start of a day, or 0. Two hashes have it, since without it the
-- hours before it would be recomputed from samples that are gone.

local function rawSince(rollups, store)
  local since = 0
  for _, key in ipairs({ rollups, store }) do
    local text = redis.pcall('HGET', key, 'raw_since')
    if type(text) == 'string' then since = math.max(since, tonumber(text) or 0) end
  end
  return since
end
