import type { Client } from './connection/client.ts';
import { loadScript } from './connection/script.ts';

const script = loadScript<number>([
  `
  for _, key in ipairs(KEYS) do
    local current = tonumber(redis.call('HGET', key, ARGV[1]) or 0) or 0
    if tonumber(ARGV[2]) > current then redis.call('HSET', key, ARGV[1], ARGV[2]) end
  end
  return 0
  `,
]);

/** Sets a number in some hashes, unless a higher one is there: several processes set it. */
export async function raiseField(
  client: Client,
  hashes: readonly string[],
  field: string,
  value: number,
): Promise<void> {
  await script(client, hashes, [field, value]);
}
