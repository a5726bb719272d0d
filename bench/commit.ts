// How long the write of one sample, as in a refresh, blocks the event loop: with a write-ahead log that is synced and
// checkpointed in threads, and with one that is synced, copied and truncated on the event loop after each commit. Two
// files on one disk, alternately.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openForWriting } from '../src/stores/sqlite/file/database.ts';
import { inTransaction } from '../src/stores/sqlite/file/transaction.ts';
import { emptyLog } from '../src/stores/sqlite/log/write-ahead-log.ts';
import { openSqlite } from '../src/stores/sqlite/open.ts';
import { createSqliteStore, type SqliteStore } from '../src/stores/sqlite/sqlite-store.ts';
import { median } from './support/pinned.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const { rounds = '200' } = parseArgs({ options: { rounds: { type: 'string' } } }).values;
const ROUNDS = Number(rounds);
const WARM_UP = 20;

/** Between two rounds. Like the interval between refreshes, it is longer than a checkpoint takes. */
const PAUSE_MS = 150;

const START = Date.UTC(2026, 0, 5);
const SAMPLE_INTERVAL_MS = 30_000;
const SAMPLES_PER_DAY = 2880;
const { signal } = new AbortController();

/** Syncs each commit and runs a checkpoint in each write, on the event loop, and checks the file's path twice. */
function openWithCheckpoints(path: string): SqliteStore {
  const database = openForWriting(path);
  database.exec('PRAGMA synchronous = FULL');
  const checkName = () => statSync(path, { bigint: true });
  const file = {
    database,
    async write<T>(work: () => T): Promise<T> {
      checkName();
      const result = inTransaction(database, () => {
        const done = work();
        checkName();
        return done;
      });
      emptyLog(database);
      return result;
    },
    assertThere: () => undefined,
  };
  const opened = { [Symbol.asyncDispose]: async () => database.close() };
  const batches = { size: SAMPLES_PER_DAY, hours: 100, pause: async () => undefined };
  return createSqliteStore({ path, file, batches, opened });
}

/** Milliseconds until the call returns its promise, which it does after the commit. */
async function timeUntilReturnMs(write: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const written = write();
  const took = performance.now() - began;
  await written;
  return took;
}

using folder = temporaryFolder();
const inThread = await openSqlite({ path: join(folder.path, 'thread.sqlite'), access: 'serve' });
if (!inThread) throw new Error('the file was not created');
const stores = { each: openWithCheckpoints(join(folder.path, 'each.sqlite')), thread: inThread };
const variants = ['each', 'thread'] as const;
const day = Array.from({ length: SAMPLES_PER_DAY }, (_, index) => ({
  time: START - (index + 1) * SAMPLE_INTERVAL_MS,
  price: 30_000,
  sentiment: 0.1,
}));
for (const name of variants) await stores[name].store.append(day, signal);

const times = { sample: { each: [], thread: [] }, document: { each: [], thread: [] } } as {
  [kind in 'sample' | 'document']: { [name in (typeof variants)[number]]: number[] };
};
for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  await sleep(PAUSE_MS);
  const sample = {
    time: START + (round + WARM_UP) * SAMPLE_INTERVAL_MS,
    price: 30_000 + round / 8,
    sentiment: 0.2,
  };
  for (const name of round % 2 === 0 ? variants : variants.toReversed()) {
    const { store, stateStore } = stores[name];
    const took = {
      sample: await timeUntilReturnMs(() => store.append([sample], signal)),
      document: await timeUntilReturnMs(() => stateStore.write('source', JSON.stringify(sample).repeat(20))),
    };
    if (round < 0) continue;
    times.sample[name].push(took.sample);
    times.document[name].push(took.document);
  }
}
for (const name of variants) await stores[name].store[Symbol.asyncDispose]();

const cell = (value: number) => `${value.toFixed(3)} ms`;
const row = (kind: keyof typeof times, what: string) => {
  const { each, thread } = times[kind];
  const ratios = each.map((took, index) => took / (thread[index] ?? Number.NaN));
  return [what, cell(median(each)), cell(median(thread)), `${median(ratios).toFixed(2)} × faster`];
};
printTable(`Time for which a write blocks the event loop, medians of ${ROUNDS}`, [
  ['write', 'sync and checkpoint on the loop', 'in threads', ''],
  row('sample', 'one sample'),
  row('document', 'then a document, as from the live source'),
]);
