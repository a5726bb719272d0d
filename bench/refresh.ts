// What POST /refresh costs beside the bare cost of fetching and parsing the same day: the day new, and the day
// again, on each store. Ratios, measured side by side in one run.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { launchRedis } from '../scripts/redis/start.ts';
import { startService } from '../src/bootstrap/start.ts';
import { readConfig } from '../src/config/config.ts';
import { recordedDay } from '../test/support/data/recorded-day.ts';
import { median } from './support/pinned.ts';
import { dayFrom, SAMPLES_OF_A_DAY } from './support/snapshots.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { startUpstream } from './support/upstream.ts';

const { rounds = '30' } = parseArgs({ options: { rounds: { type: 'string' } } }).values;
const ROUNDS = Number(rounds);
const WARM_UP = 5;

/** The recorded day; where it is not here, a simulated one of the same shape and size. */
function day(): string {
  if (recordedDay) return recordedDay;
  console.log('the recorded day is not here: measured on a simulated one of the same size\n');
  return dayFrom(Date.now() - 2 * 86_400_000);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

await using upstream = await startUpstream();
await upstream.answer(day());
const bare = async () => (await fetch(upstream.url)).json();

/** One service; `empty` takes all samples out of its store again, past its door. */
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
  const times = { bare: [] as number[], fresh: [] as number[], again: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    await empty();
    const one = {
      bare: await timed(bare),
      fresh: await timed(() => refresh(SAMPLES_OF_A_DAY)),
      again: await timed(() => refresh(0)),
    };
    if (round < 0) continue;
    times.bare.push(one.bare);
    times.fresh.push(one.fresh);
    times.again.push(one.again);
  }
  const base = median(times.bare);
  const cell = (values: readonly number[]) =>
    `${median(values).toFixed(1)} ms = ${(median(values) / base).toFixed(2)} ×`;
  return [name, `${base.toFixed(1)} ms`, cell(times.fresh), cell(times.again)];
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

printTable(`POST /refresh of ${SAMPLES_OF_A_DAY} samples, medians of ${ROUNDS}; × is against the bare cost`, [
  ['store', 'bare fetch and parse', 'day new', 'day again'],
  await onSqlite(),
  await onRedis(),
]);
