import { StoreError } from '../../../domain/errors.ts';
import type { Sample } from '../../../domain/sample.ts';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import type { SampleStore } from '../../sample-store.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';
import { type BackupLine, type HourRow, readBackup, type SampleRow } from './format.ts';

const script = loadScript<number>([...ROLLUPS_LUA, new URL('restore-hours.lua', import.meta.url)]);

const LIMIT_MS = 5000;

const sampleOf = ([time, price, sentiment]: SampleRow): Sample => ({
  time,
  ...(price !== null && { price }),
  ...(sentiment !== null && { sentiment }),
});

/**
 * Restores a backup into a store without samples. It reads the whole file before it writes anything.
 *
 * @throws StoreError, `unsuitable` if the file is not a complete backup, or the store has samples.
 */
export function createRestore(
  connection: Pick<Connection, 'run'>,
  keys: Keys,
  store: Pick<SampleStore, 'append' | 'oldest'>,
) {
  return async function restore(file: string, signal: AbortSignal): Promise<void> {
    const bounds = { limitMs: LIMIT_MS, signal };
    await readBackup(file, signal, async () => undefined);
    if ((await store.oldest()) !== undefined)
      throw new StoreError(
        'busy',
        'the store already holds samples: restore into an empty one (another KEY_PREFIX)',
      );

    async function restoreHours(hours: readonly HourRow[]): Promise<void> {
      for (const [day, rows] of Map.groupBy(hours, ([start]) => bucketStart(start, DAY))) {
        const words = rows.flatMap(([start, ...slot]) => [start, ...slot.map(String)]);
        await connection.run(
          (client) => script(client, keysOf(keys, day), [JSON.stringify(words), day]),
          bounds,
        );
      }
    }

    async function take(line: BackupLine): Promise<void> {
      if ('samples' in line) await store.append(line.samples.map(sampleOf), signal);
      else if ('headline' in line)
        await connection.run((client) => client.hSet(keys.headlines, ...line.headline), bounds);
      else if ('document' in line)
        await connection.run((client) => client.hSet(keys.state, ...line.document), bounds);
    }
    await readBackup(file, signal, take);
    // Last, since appending to trimmed hours is not possible.
    let rawSince = 0;
    await readBackup(file, signal, async (line) => {
      if ('backup' in line) rawSince = line.raw_since;
      if ('hours' in line) await restoreHours(line.hours);
    });
    if (rawSince === 0) return;
    const fields = { raw_since: String(rawSince) };
    await connection.run(
      (client) => client.multi().hSet(keys.rollups, fields).hSet(keys.store, fields).exec(),
      bounds,
    );
  };
}
