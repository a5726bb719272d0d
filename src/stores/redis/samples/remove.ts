import { SetupError } from '../../../domain/errors.ts';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { BITCOIN_BEGAN, HOUR } from '../../../domain/time/time.ts';
import type { Client } from '../connection/client.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { HOURS_PAGE, keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';
import { readRawSince } from '../rollups/read.ts';
import { infoOf } from './series.ts';

const script = loadScript<[removed: number, next: number | null]>([
  ...ROLLUPS_LUA,
  new URL('remove.lua', import.meta.url),
]);

const eraseScript = loadScript<0 | 1>([...ROLLUPS_LUA, new URL('erase.lua', import.meta.url)]);

const WRITE_LIMIT_MS = 5000;
const READ_LIMIT_MS = 1000;

/** The series into which others compact one of ours, by its name. */
export async function rulesOf(
  client: Client,
  { price, sentiment }: Keys,
): Promise<[key: string, target: string][]> {
  const found = await Promise.all(
    [price, sentiment].map(async (key): Promise<[string, string][]> => {
      const info = await infoOf(client, key);
      return (info?.rules ?? []).map((rule) => [key, String(rule.key)]);
    }),
  );
  return found.flat();
}

/**
 * @throws SetupError if other programs compact a series into theirs: TimeSeries 1.12.2 ended the server in trials when samples
 *   of such a series were deleted.
 */
export function refuseRules([rule]: readonly [key: string, target: string][]): void {
  if (!rule) return;
  const [key, target] = rule;
  throw new SetupError(
    `another program compacts "${key}" into "${target}", and deleting from it can crash the Redis server: remove the rule first with TS.DELETERULE ${key} ${target}, and create it again afterwards`,
  );
}

/** Removes samples and recomputes their rollups, a part of a day at a time, each atomically. See `refuseRules`. */
export function createRemove(connection: Pick<Connection, 'run'>, keys: Keys) {
  /** Deletes the averages of the whole trimmed hours of a range. A part of an hour cannot be taken out of its average. */
  async function eraseHours({ from, to }: Range, signal: AbortSignal): Promise<void> {
    const bounds = { limitMs: WRITE_LIMIT_MS, signal };
    const rawSince = await connection.run((client) => readRawSince(client, keys), bounds);
    const end = Math.min(bucketStart(to, HOUR), rawSince ?? 0);
    for (let at = Math.max(bucketStart(from + HOUR - 1, HOUR), BITCOIN_BEGAN); at < end; ) {
      const begin = at;
      const stop = Math.min(Math.floor(begin / HOURS_PAGE) * HOURS_PAGE + HOURS_PAGE, end);
      await connection.run((client) => eraseScript(client, keysOf(keys, begin), [begin, stop]), bounds);
      at = stop;
    }
  }

  return async function remove({ from, to }: Range, signal: AbortSignal): Promise<number> {
    const rules = await connection.run((client) => rulesOf(client, keys), { limitMs: READ_LIMIT_MS, signal });
    refuseRules(rules);
    let removed = 0;
    for (let at: number | null = Math.max(0, from); at !== null && at < to; ) {
      signal.throwIfAborted();
      const begin: number = at;
      const day = bucketStart(begin, DAY);
      const [count, next] = await connection.run(
        (client) => script(client, keysOf(keys, begin), [begin, to, day]),
        { limitMs: WRITE_LIMIT_MS, signal },
      );
      removed += count;
      at = next;
    }
    await eraseHours({ from, to }, signal);
    return removed;
  };
}
