import { type CheckResult, ok } from '../../../domain/check-result.ts';
import { ignoreRejection } from '../../../domain/errors.ts';
import type { Endpoint, RedisAddress } from '../connection/address.ts';
import { type Client, newClient } from '../connection/client.ts';
import { within } from '../connection/deadline.ts';
import { openLocation } from '../connection/location/locate.ts';
import { keysAt } from '../keys.ts';
import { redisFailure } from './failure.ts';
import { SERVER_CHECKS } from './server-checks.ts';

const CONNECT_LIMIT_MS = 3000;
/** For each check. */
const CHECK_LIMIT_MS = 2000;

const endpointText = ({ host, port }: Endpoint): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

async function connect(client: Client): Promise<string> {
  await client.connect();
  const info = await client.info('server').catch(() => '');
  const [, version] = /redis_version:(\S+)/.exec(info) ?? [];
  return version === undefined ? 'Redis' : `Redis ${version}`;
}

/** Checks Redis, with Sentinel or as a cluster too, without changes. */
export async function diagnoseRedis(
  address: RedisAddress,
  keyPrefix: string,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const { kind, hasTls } = address;
  const keys = keysAt(address, keyPrefix);
  const location = openLocation(address, keys.price);
  const listed = address.endpoints.map(endpointText).join(', ');
  let where = listed;
  let client: Client | undefined;
  try {
    const endpoint = await within(CONNECT_LIMIT_MS, location.find(signal), signal);
    where = endpointText(endpoint);
    client = newClient({ ...address, endpoint });
    // The failed command reports the error.
    client.on('error', ignoreRejection);
    const began = performance.now();
    const version = await within(CONNECT_LIMIT_MS, connect(client), signal);
    await within(CHECK_LIMIT_MS, Promise.resolve(location.confirm?.(client)), signal);
    const tookMs = Math.round(performance.now() - began);
    const via = kind === 'server' ? '' : ` (${kind} ${listed})`;
    const results = [ok('connection', `${version} at ${where}${via}${hasTls ? ', TLS' : ''}, ${tookMs} ms`)];
    // One at a time: the check of permissions uses a transaction, which would include the commands of other checks.
    for (const check of SERVER_CHECKS) {
      const result = within(CHECK_LIMIT_MS, check.run(client, keys), signal);
      results.push(await result.catch((error) => redisFailure(check.name, error, where, hasTls)));
    }
    return results;
  } catch (error) {
    return [redisFailure('connection', error, where, hasTls)];
  } finally {
    client?.destroy();
  }
}
