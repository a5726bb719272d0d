import type { Fleet } from '../fleet.ts';
import type { Connection } from './connection/connection.ts';
import type { Keys } from './keys.ts';

/** Milliseconds. */
const LIMIT = 1000;

/**
 * No leader, and nothing to release: a tick is a key that the first one to ask for it sets. A
 * process that is killed loses at most the tick that it held.
 */
export function createFleet(connection: Connection, keys: Keys, id: string): Fleet {
  return {
    async claim(tick, interval) {
      const expiration = { type: 'PX', value: 2 * interval } as const;
      const options = { condition: 'NX', expiration } as const;
      const reply = await connection.run((client) => client.set(keys.tick(tick), id, options), {
        limit: LIMIT,
      });
      return reply !== null;
    },
    async announce() {
      await connection.run((client) => client.publish(keys.updates, id), { limit: LIMIT });
    },
    isListening: () => connection.isAlive(),
  };
}
