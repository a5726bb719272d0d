import { ignoreRejection, SetupError, StoreError } from '../../../../domain/errors.ts';
import type { Endpoint, RedisAddress } from '../address.ts';
import { setupFault } from '../faults.ts';
import type { Location } from './location.ts';
import { poll, requestOnce } from './poll.ts';

type Address = RedisAddress & { readonly kind: 'sentinel' };

const SETUP: readonly [RegExp, string][] = [
  [/^ERR unknown command/i, 'REDIS_URL names servers that are not sentinels'],
  [
    /^(NOAUTH|WRONGPASS|NOPERM)/,
    'REDIS_URL has a wrong or missing user name or password for the sentinels: end it with ?sentinel_user=…&sentinel_password=…',
  ],
];

/** The master became a replica, or rejects writes because it lost its replicas. */
const MOVED = /^(READONLY|MASTERDOWN|NOREPLICAS)/;

const isSame = (one: Endpoint, other: Endpoint): boolean =>
  one.host === other.host && one.port === other.port;

/**
 * Asks sentinels for the master, and the master for its role, since sentinels may have old information. A replaced master
 * itself learns of it ten seconds later, and loses the writes until then, so this checks with sentinels each second.
 */
export function locateBySentinels(address: Address): Location {
  const { endpoints, hasTls, master, sentinelCredentials } = address;
  let turn = 0;
  let checks = 0;

  async function masterBy(endpoint: Endpoint, signal: AbortSignal): Promise<Endpoint> {
    const server = { endpoint, hasTls, credentials: sentinelCredentials, database: 0 };
    const command = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master];
    const reply = await requestOnce(server, (client) => client.sendCommand(command), signal);
    if (reply === null) throw new SetupError('REDIS_URL names a master that its sentinels do not know');
    const [host, port] = reply as unknown as [string, string];
    return { host, port: Number(port) };
  }

  return {
    async find(signal) {
      const { winners, faults } = await poll(endpoints, (endpoint) => masterBy(endpoint, signal));
      signal.throwIfAborted();
      // With equally many votes, each attempt takes another, so that a wrong one is not tried forever.
      turn += 1;
      const found = winners[turn % winners.length];
      if (found) return found;
      const setup = faults.map((fault) => setupFault(fault, SETUP)).find((fault) => fault !== undefined);
      throw setup ?? new StoreError('unreachable', 'no sentinel of the store answers', { cause: faults[0] });
    },
    async confirm(client) {
      const answer = await client.role();
      if (answer?.role !== 'master') throw new StoreError('unreachable', 'the store is changing its master');
    },
    async isStill(endpoint, signal) {
      // Asks one sentinel in turn, and all of them if it names another master.
      checks += 1;
      const one = endpoints[checks % endpoints.length] as Endpoint;
      const named = await masterBy(one, signal).catch(ignoreRejection);
      if (!named || isSame(named, endpoint)) return true;
      const { winners } = await poll(endpoints, (other) => masterBy(other, signal));
      return winners.length === 0 || winners.some((winner) => isSame(winner, endpoint));
    },
    hasMoved: ({ message }) => MOVED.test(message),
  };
}
