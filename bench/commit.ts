// How long a write of one sample, as a refresh makes it, holds the event loop: with the write-ahead log synced and
// checkpointed in threads, beside a log that is synced, copied and truncated after each commit on the event loop. Two
// files on one disk, in turns.
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

/** Between two rounds, in milliseconds: refreshes are further apart than a checkpoint takes to come. */
const PAUSE = 150;

const START = Date.UTC(2026, 0, 5);
const INTERVAL = 30_000;
const DAY = 2880;
const { signal } = new AbortController();

/** Syncs each commit and makes a checkpoint in each write, on the event loop, and checks the file's name twice. */
function openWithCheckpoints(path: string): SqliteStore {
  const database = openForWriting(path);
  database.exec('PRAGMA synchronous = FULL');
  const look = () => statSync(path, { bigint: true });
  const file = {
    database,
    async write<T>(work: () => T): Promise<T> {
      look();
      const result = inTransaction(database, () => {
        const done = work();
        look();
        return done;
      });
      emptyLog(database);
      return result;
    },
    assertThere: () => undefined,
  };
  const opened = { [Symbol.asyncDispose]: async () => database.close() };
  const batches = { size: DAY, hours: 100, pause: async () => undefined };
  return createSqliteStore({ path, file, batches, opened });
}

/** Milliseconds until the call returns: it commits before it returns its promise. */
async function held(write: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const written = write();
  const took = performance.now() - began;
  await written;
  return took;
}

using folder = temporaryFolder();
const inThread = await openSqlite({ path: join(folder.path, 'thread.sqlite'), access: 'serve' });
if (!inThread) throw new Error('it is created');
const stores = { each: openWithCheckpoints(join(folder.path, 'each.sqlite')), thread: inThread };
const names = ['each', 'thread'] as const;
const day = Array.from({ length: DAY }, (_, index) => ({
  time: START - (index + 1) * INTERVAL,
  price: 30_000,
  sentiment: 0.1,
}));
for (const name of names) await stores[name].store.append(day, signal);

const times = { sample: { each: [], thread: [] }, document: { each: [], thread: [] } } as {
  [kind in 'sample' | 'document']: { [name in (typeof names)[number]]: number[] };
};
for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  await sleep(PAUSE);
  const sample = { time: START + (round + WARM_UP) * INTERVAL, price: 30_000 + round / 8, sentiment: 0.2 };
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    const { store, stateStore } = stores[name];
    const took = {
      sample: await held(() => store.append([sample], signal)),
      document: await held(() => stateStore.write('source', JSON.stringify(sample).repeat(20))),
    };
    if (round < 0) continue;
    times.sample[name].push(took.sample);
    times.document[name].push(took.document);
  }
}
for (const name of names) await stores[name].store[Symbol.asyncDispose]();

const cell = (value: number) => `${value.toFixed(3)} ms`;
const row = (kind: keyof typeof times, what: string) => {
  const { each, thread } = times[kind];
  const ratios = each.map((took, index) => took / (thread[index] ?? Number.NaN));
  return [what, cell(median(each)), cell(median(thread)), `${median(ratios).toFixed(2)} × faster`];
};
printTable(`Time that a write holds the event loop, medians of ${ROUNDS}`, [
  ['write', 'sync and checkpoint on the loop', 'in threads', ''],
  row('sample', 'one sample'),
  row('document', 'then a document, as the live source makes'),
]);
