import type { Endpoint, RedisAddress } from '../stores/redis/connection/address.ts';
import { type Client, newClient } from '../stores/redis/connection/client.ts';
import { within } from '../stores/redis/connection/deadline.ts';
import { openLocation } from '../stores/redis/connection/location/locate.ts';
import { keysAt } from '../stores/redis/keys.ts';
import { type CheckResult, ok } from './check-result.ts';
import { redisFailure } from './redis-faults.ts';
import { SERVER_CHECKS } from './redis-server.ts';

/** Milliseconds. */
const CONNECT_LIMIT = 3000;
/** For one check. Milliseconds. */
const CHECK_LIMIT = 2000;

const written = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

async function connect(client: Client): Promise<string> {
  await client.connect();
  const info = await client.info('server').catch(() => '');
  const [, version] = /redis_version:(\S+)/.exec(info) ?? [];
  return version === undefined ? 'Redis' : `Redis ${version}`;
}

/** A Redis of any kind. Nothing is created or changed in it. */
export async function checkRedisStore(
  address: RedisAddress,
  keyPrefix: string,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const { kind, hasTls } = address;
  const keys = keysAt(address, keyPrefix);
  const location = openLocation(address, keys.price);
  const listed = address.endpoints.map(written).join(', ');
  let where = listed;
  let client: Client | undefined;
  try {
    const endpoint = await within(CONNECT_LIMIT, location.find(signal), signal);
    where = written(endpoint);
    client = newClient({ ...address, endpoint });
    client.on('error', () => 'told by what is awaited');
    const began = performance.now();
    const version = await within(CONNECT_LIMIT, connect(client), signal);
    await within(CHECK_LIMIT, location.confirm(client), signal);
    const tookMs = Math.round(performance.now() - began);
    const via = kind === 'server' ? '' : ` (${kind} ${listed})`;
    const found = ok('connection', `${version} at ${where}${via}${hasTls ? ', TLS' : ''}, ${tookMs} ms`);
    const results = [found];
    // One after the other: a transaction that asks for rights would swallow what others ask on the connection.
    for (const check of SERVER_CHECKS) {
      const result = within(CHECK_LIMIT, check.run(client, keys), signal);
      results.push(await result.catch((error) => redisFailure(check.name, error, where, hasTls)));
    }
    return results;
  } catch (error) {
    return [redisFailure('connection', error, where, hasTls)];
  } finally {
    client?.destroy();
  }
}
