import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';

const script = loadScript<[removed: number, next: number | null]>([
  ...ROLLUPS_LUA,
  new URL('remove.lua', import.meta.url),
]);

const WRITE_LIMIT_MS = 5000;

/** Removes samples and recomputes their rollups, a part of a day at a time, each atomically. */
export function createRemove(connection: Pick<Connection, 'run'>, keys: Keys) {
  return async function remove({ from, to }: Range, signal: AbortSignal): Promise<number> {
    let removed = 0;
    for (let at: number | null = Math.max(0, from); at !== null && at < to; ) {
      signal.throwIfAborted();
      const begin: number = at;
      const day = Math.floor(begin / DAY) * DAY;
      const [count, next] = await connection.run(
        (client) => script(client, keysOf(keys, begin), [begin, to, day]),
        { limitMs: WRITE_LIMIT_MS, signal },
      );
      removed += count;
      at = next;
    }
    return removed;
  };
}
