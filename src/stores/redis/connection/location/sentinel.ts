import { SetupError, StoreError } from '../../../../domain/errors.ts';
import type { Endpoint, RedisAddress } from '../address.ts';
import { setupFault } from '../faults.ts';
import type { Location } from './location.ts';
import { ask, poll } from './poll.ts';

type Address = RedisAddress & { readonly kind: 'sentinel' };

const SETUP: readonly [RegExp, string][] = [
  [/^ERR unknown command/i, 'REDIS_URL names servers that are not sentinels'],
  [
    /^(NOAUTH|WRONGPASS|NOPERM)/,
    'REDIS_URL has a wrong or missing user name or password for the sentinels: end it with ?sentinel_user=…&sentinel_password=…',
  ],
];

/** A master that became a replica, or is cut off from its replicas and told to take nothing then. */
const MOVED = /^(READONLY|MASTERDOWN|NOREPLICAS)/;

const isSame = (one: Endpoint, other: Endpoint): boolean =>
  one.host === other.host && one.port === other.port;

/**
 * By SENTINEL GET-MASTER-ADDR-BY-NAME, and the server's own word for it: what sentinels say may be old. A master
 * that was replaced, on the other hand, is told so ten seconds later, and what it takes until then is lost: so
 * sentinels are asked all the time.
 */
export function locateBySentinels(address: Address): Location {
  const { endpoints, hasTls, master, sentinelCredentials } = address;
  let turn = 0;
  let doubts = 0;

  async function masterBy(endpoint: Endpoint, signal: AbortSignal): Promise<Endpoint> {
    const server = { endpoint, hasTls, credentials: sentinelCredentials, database: 0 };
    const command = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master];
    const reply = await ask(server, (client) => client.sendCommand(command), signal);
    if (reply === null) throw new SetupError('REDIS_URL names a master that its sentinels do not know');
    const [host, port] = reply as unknown as [string, string];
    return { host, port: Number(port) };
  }

  return {
    async find(signal) {
      const { favourites, faults } = await poll(endpoints, (endpoint) => masterBy(endpoint, signal));
      signal.throwIfAborted();
      // Where as many say the one as the other, the one that is wrong does not hold us for ever.
      turn += 1;
      const found = favourites[turn % favourites.length];
      if (found) return found;
      const setup = faults.map((fault) => setupFault(fault, SETUP)).find((fault) => fault !== undefined);
      throw setup ?? new StoreError('unreachable', 'no sentinel of the store answers', { cause: faults[0] });
    },
    async confirm(client) {
      const answer = await client.role();
      if (answer?.role !== 'master') throw new StoreError('unreachable', 'the store is changing its master');
    },
    async isStill(endpoint, signal) {
      // One at a time, in turn; what it says is put to all before anything is done about it.
      doubts += 1;
      const one = endpoints[doubts % endpoints.length] as Endpoint;
      const named = await masterBy(one, signal).catch(() => undefined);
      if (!named || isSame(named, endpoint)) return true;
      const { favourites } = await poll(endpoints, (other) => masterBy(other, signal));
      return favourites.length === 0 || favourites.some((favourite) => isSame(favourite, endpoint));
    },
    hasMoved: ({ message }) => MOVED.test(message),
  };
}
