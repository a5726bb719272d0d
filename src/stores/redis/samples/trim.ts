import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_HOLD_MS } from '../../sample-store.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { keysOf, LIMIT, ROLLUPS_LUA } from '../rollups/pages.ts';
import { refuseRules, rulesOf } from './remove.ts';

const script = loadScript<[deleted: number, next: number | null]>([
  ...ROLLUPS_LUA,
  new URL('trim.lua', import.meta.url),
]);

const WRITE_LIMIT_MS = 5000;

/** Leaves most of Redis' only thread to others: a day takes a few milliseconds. */
const PAUSE_MS = 10;

/** Trims day by day, the oldest first. Each day is one atomic step, so several processes may do this at once. */
export function createTrim(connection: Pick<Connection, 'run'>, keys: Keys) {
  return async function trim(before: number, now: number, signal: AbortSignal): Promise<number> {
    const rules = await connection.run((client) => rulesOf(client, keys), {
      limitMs: WRITE_LIMIT_MS,
      signal,
    });
    refuseRules(rules);
    let removed = 0;
    // Rollups end there, so nothing after it can be trimmed.
    const end = Math.min(before, LIMIT);
    for (let day: number | null = 0; day !== null; ) {
      signal.throwIfAborted();
      const at: number = day;
      const [deleted, next] = await connection.run(
        (client) => script(client, keysOf(keys, at), [end, at, now, now + MAX_HOLD_MS]),
        { limitMs: WRITE_LIMIT_MS, signal },
      );
      removed += deleted;
      if (deleted > 0) await sleep(PAUSE_MS, undefined, { signal });
      day = next;
    }
    return removed;
  };
}
