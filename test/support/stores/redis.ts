import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { newClient } from '../../../scripts/redis/client.ts';
import { parseRedisAddress, type RedisAddress } from '../../../src/stores/redis/connection/address.ts';

const url = process.env['TEST_REDIS_URL'] ?? '';

/** Test options that skip a test, with a message, if there is no Redis. (With CI set, the run has failed before.) */
export const needsRedis = { skip: url === '' && 'there is no Redis with time series here' };

/** The run's Redis, and a prefix that no other test uses. */
export function testRedis(): { url: string; keyPrefix: string } {
  return { url, keyPrefix: `test:${randomUUID()}` };
}

/** Parses a `REDIS_URL`. */
export function redisAddress(text: string): RedisAddress {
  const address = parseRedisAddress(text);
  if (!address) throw new Error('not a Redis address');
  return address;
}

/** Connects a Redis client, to act as another program. */
export async function connectPlain(at = url) {
  const client = newClient({ url: at, disableOfflineQueue: true });
  await client.connect();
  return client;
}

/** The same, closed after the test. */
export async function plainClient(t: TestContext, at = url) {
  const client = await connectPlain(at);
  t.after(() => client.destroy());
  return client;
}
