import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createClient } from 'redis';
import { parseRedisAddress, type RedisAddress } from '../../../src/stores/redis/connection/address.ts';

const url = process.env['TEST_REDIS_URL'] ?? '';

/** For a test's options: skips it, visibly, where no Redis can be had. (With CI set the run fails before.) */
export const needsRedis = { skip: url === '' && 'no Redis with time series can be had here' };

/** The run's Redis, and a prefix that no other test uses. */
export function testRedis(): { url: string; keyPrefix: string } {
  return { url, keyPrefix: `test:${randomUUID()}` };
}

/** An address as the store takes it. */
export function redisAddress(text: string): RedisAddress {
  const address = parseRedisAddress(text);
  if (!address) throw new Error('it is no address');
  return address;
}

/** A plain client, for being somebody else on the same Redis. */
export async function connectPlain(at = url) {
  const client = createClient({ url: at, disableOfflineQueue: true });
  client.on('error', () => 'told by the commands');
  await client.connect();
  return client;
}

/** The same, closed after the test. */
export async function plainClient(t: TestContext, at = url) {
  const client = await connectPlain(at);
  t.after(() => client.destroy());
  return client;
}
