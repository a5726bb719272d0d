import { StoreError } from '../../../domain/errors.ts';
import type { Sample } from '../../../domain/sample.ts';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import type { SampleStore } from '../../sample-store.ts';
import type { Client } from '../connection/client.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { raiseField } from '../raise-field.ts';
import { keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';
import { createHold } from './backup.ts';
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
 * @throws StoreError: `unsuitable` if the file is not a complete backup, `occupied` if the store has samples, or gets some meanwhile.
 */
export function createRestore(
  connection: Pick<Connection, 'run'>,
  keys: Keys,
  store: Pick<SampleStore, 'append' | 'oldest' | 'holdTrim'>,
) {
  return async function restore(file: string, signal: AbortSignal): Promise<void> {
    const bounds = { limitMs: LIMIT_MS, signal };
    await readBackup(file, signal, async () => undefined);
    if ((await store.oldest()) !== undefined)
      throw new StoreError(
        'occupied',
        'the store already holds samples: restore into an empty one (another KEY_PREFIX)',
      );

    const raiseRawSince = (client: Client, rawSince: number) =>
      raiseField(client, [keys.rollups, keys.store], 'raw_since', rawSince);

    async function restoreSamples(rows: readonly SampleRow[]): Promise<void> {
      const { duplicates } = await store.append(rows.map(sampleOf), signal);
      if (duplicates > 0)
        throw new StoreError(
          'occupied',
          'another process wrote to the store during the restore: stop it, delete all samples, and restore again',
        );
    }

    async function restoreHours(hours: readonly HourRow[]): Promise<void> {
      for (const [day, rows] of Map.groupBy(hours, ([start]) => bucketStart(start, DAY))) {
        const words = rows.flatMap(([start, ...slot]) => [start, ...slot.map(String)]);
        await connection.run(
          (client) => script(client, keysOf(keys, day), [JSON.stringify(words), day]),
          bounds,
        );
      }
    }

    const hold = createHold(store);

    async function take(line: BackupLine): Promise<void> {
      await hold();
      if ('backup' in line) await connection.run((client) => raiseRawSince(client, line.raw_since), bounds);
      else if ('samples' in line) await restoreSamples(line.samples);
      else if ('headline' in line)
        await connection.run((client) => client.hSet(keys.headlines, ...line.headline), bounds);
      else if ('document' in line)
        await connection.run((client) => client.hSet(keys.state, ...line.document), bounds);
    }
    await readBackup(file, signal, take);
    // Last, since samples of hours with averages count as duplicates.
    await readBackup(file, signal, async (line) => {
      await hold();
      if ('hours' in line) await restoreHours(line.hours);
    });
  };
}
