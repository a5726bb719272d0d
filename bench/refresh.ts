// Compares POST /refresh with fetching and parsing the same day alone: a new day, the same response again, and the same
// samples in another response, on each store, side by side in one run.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { launchRedis } from '../scripts/redis/start.ts';
import { startService } from '../src/bootstrap/start.ts';
import { readConfig } from '../src/config/config.ts';
import { recordedDay } from '../test/support/data/recorded-day.ts';
import { median } from './support/pinned.ts';
import { dayFrom, SAMPLES_PER_DAY } from './support/snapshots.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { startUpstream } from './support/upstream.ts';

const { rounds = '30' } = parseArgs({ options: { rounds: { type: 'string' } } }).values;
const ROUNDS = Number(rounds);
const WARM_UP = 5;

/** The recorded day, or a simulated one in the same format and size. */
function day(): string {
  if (recordedDay) return recordedDay;
  console.log('the recorded day is missing: measured with a simulated one of the same size\n');
  return dayFrom(Date.now() - 2 * 86_400_000);
}

async function measureMs(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

await using upstream = await startUpstream();
const body = day();
let responses = 0;

/** Lets the source send the day in a response that the service has not seen: with another number of spaces at its end. */
async function answerAnew(): Promise<void> {
  responses += 1;
  await upstream.answer(body + ' '.repeat(responses));
}

const bare = async () => (await fetch(upstream.url)).json();

/** Measures one store. `empty` deletes all samples without the service. */
async function measure(
  name: string,
  env: Record<string, string>,
  empty: () => Promise<void>,
): Promise<string[]> {
  const config = readConfig({
    ...env,
    PORT: '0',
    REFRESH_INTERVAL: '0',
    RATE_LIMIT: '0',
    SOURCE: 'senticrypt',
    SENTICRYPT_URL: upstream.url,
  });
  await using service = await startService({ config, observe: () => undefined });
  const refresh = async (added: number) => {
    const report = await (await fetch(`${service.address}/refresh`, { method: 'POST' })).json();
    if ((report as { added: number }).added !== added) throw new Error(`${name}: ${JSON.stringify(report)}`);
  };
  const times = {
    bare: [] as number[],
    newDay: [] as number[],
    again: [] as number[],
    other: [] as number[],
  };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    await empty();
    await answerAnew();
    const one = {
      bare: await measureMs(bare),
      newDay: await measureMs(() => refresh(SAMPLES_PER_DAY)),
      again: await measureMs(() => refresh(0)),
    };
    await answerAnew();
    const other = await measureMs(() => refresh(0));
    if (round < 0) continue;
    times.bare.push(one.bare);
    times.newDay.push(one.newDay);
    times.again.push(one.again);
    times.other.push(other);
  }
  const base = median(times.bare);
  const cell = (values: readonly number[]) =>
    `${median(values).toFixed(1)} ms = ${(median(values) / base).toFixed(2)} ×`;
  return [name, `${base.toFixed(1)} ms`, cell(times.newDay), cell(times.again), cell(times.other)];
}

async function onSqlite(): Promise<string[]> {
  using folder = temporaryFolder();
  return await measure('SQLite', { DATA_DIR: folder.path }, async () => {
    using database = new DatabaseSync(join(folder.path, 'samples.sqlite'), { timeout: 1000 });
    database.exec('DELETE FROM sample');
  });
}

async function onRedis(): Promise<string[]> {
  await using redis = await launchRedis();
  const client = await createClient({ url: redis.url }).connect();
  try {
    return await measure('Redis', { REDIS_URL: redis.url }, async () => {
      await client.flushAll();
    });
  } finally {
    client.destroy();
  }
}

const columns = ['store', 'bare fetch and parse', 'new day', 'the same again', 'again, in another response'];
printTable(
  `POST /refresh of ${SAMPLES_PER_DAY} samples, medians of ${ROUNDS}; × is the ratio to the bare cost`,
  [columns, await onSqlite(), await onRedis()],
);
