import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ignoreRejection, StoreError } from '../../../domain/errors.ts';
import { BITCOIN_BEGAN } from '../../../domain/time/time.ts';
import { createFile } from '../../new-file.ts';
import type { SampleStore } from '../../sample-store.ts';
import type { Connection } from '../connection/connection.ts';
import type { Keys } from '../keys.ts';
import { HOURS_PAGE } from '../rollups/pages.ts';
import { readRollups } from '../rollups/read.ts';
import { countsOf, SLOT } from '../rollups/slot.ts';
import { BACKUP_VERSION, type BackupLine, type HourRow } from './format.ts';

const LIMIT_MS = 5000;

/** How long nothing is trimmed after the last call of a hold. */
const HOLD_MS = 120_000;

/** Later than every sample, in epoch milliseconds. */
const END = Date.UTC(9998, 0, 1);

/** All numbers of a slot that is not empty. */
function readRow(page: DataView, at: number, start: number): HourRow | undefined {
  if (!countsOf(page, at).some((count) => count > 0)) return undefined;
  const numbers = Array.from({ length: SLOT / 8 }, (_, column) => page.getFloat64(at + 8 * column, true));
  return [start, ...numbers];
}

/** Returns a function that keeps samples from being trimmed from its first call on, as long as it is called again and again. */
export function createHold(store: Pick<SampleStore, 'holdTrim'>): () => Promise<void> {
  let heldAt = Number.NEGATIVE_INFINITY;
  return async function hold() {
    if (performance.now() - heldAt < HOLD_MS / 4) return;
    heldAt = performance.now();
    await store.holdTrim(Date.now() + HOLD_MS);
  };
}

type Source = Pick<SampleStore, 'range' | 'rawSince' | 'holdTrim'>;

async function* linesFrom(
  connection: Pick<Connection, 'run'>,
  keys: Keys,
  store: Source,
): AsyncGenerator<BackupLine> {
  const bounds = { limitMs: LIMIT_MS };
  const holdTrim = createHold(store);
  // A user that may only read cannot hold it; the end finds out.
  const hold = () => holdTrim().catch(ignoreRejection);
  await hold();
  const rawSince = (await store.rawSince()) ?? 0;
  yield { backup: 'is-bitcoin-lit', version: BACKUP_VERSION, raw_since: rawSince };
  for (let from = BITCOIN_BEGAN; from < rawSince; from += HOURS_PAGE) {
    const range = { from, to: Math.min(from + HOURS_PAGE, rawSince) };
    const { buckets: hours } = await connection.run(
      (client) => readRollups(client, keys, 'hours', range, readRow),
      bounds,
    );
    await hold();
    if (hours.length > 0) yield { hours };
  }
  for await (const samples of store.range({ from: 0, to: END })) {
    await hold();
    const rows = samples.map(({ time, price = null, sentiment = null }) => [time, price, sentiment] as const);
    if (rows.length > 0) yield { samples: rows };
  }
  const headlines = await connection.run((client) => client.hGetAll(keys.headlines), bounds);
  for (const headline of Object.entries(headlines)) yield { headline };
  const documents = await connection.run((client) => client.hGetAll(keys.state), bounds);
  for (const document of Object.entries(documents)) yield { document };
  if (((await store.rawSince()) ?? 0) !== rawSince)
    throw new StoreError('busy', 'samples were deleted (RETENTION) during the backup: run it again');
}

async function* numbered(lines: AsyncIterable<BackupLine>): AsyncGenerator<string> {
  let count = 0;
  for await (const line of lines) {
    yield `${JSON.stringify(line)}\n`;
    count += 1;
  }
  yield `${JSON.stringify({ end: count } satisfies BackupLine)}\n`;
}

/**
 * Writes samples, averages of trimmed hours and the saved state into a new file, which is complete and synced when this resolves.
 *
 * @throws StoreError, `unsuitable` if the target exists; the signal's reason once it is aborted.
 */
export function createBackUp(connection: Pick<Connection, 'run'>, keys: Keys, store: Source) {
  return async function backUp(target: string, signal: AbortSignal): Promise<void> {
    await using file = await createFile(target);
    try {
      const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
        for await (const chunk of chunks) await file.write(chunk);
      };
      await pipeline(numbered(linesFrom(connection, keys, store)), createGzip(), write, { signal });
      await file.keep();
    } catch (cause) {
      signal.throwIfAborted();
      throw cause instanceof StoreError ? cause : new StoreError('failed', 'the backup failed', { cause });
    }
  };
}
