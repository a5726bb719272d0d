import type { Coordinator } from '../coordinator.ts';
import type { Connection } from './connection/connection.ts';
import type { Keys } from './keys.ts';

const LIMIT_MS = 1000;

/**
 * There is no leader, and no lock to release: the first process to set a tick's key refreshes. If a process is killed, at
 * most its tick is lost.
 */
export function createCoordinator(connection: Connection, keys: Keys, id: string): Coordinator {
  return {
    async claim(tick, interval) {
      const expiration = { type: 'PX', value: 2 * interval } as const;
      const options = { condition: 'NX', expiration } as const;
      const bounds = { limitMs: LIMIT_MS };
      const reply = await connection.run((client) => client.set(keys.tick(tick), id, options), bounds);
      return reply !== null;
    },
    async announce() {
      await connection.run((client) => client.publish(keys.updates, id), { limitMs: LIMIT_MS });
    },
    isListening: () => connection.isAlive(),
  };
}
