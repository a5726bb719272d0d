import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from 'redis';
import { launchRedis } from '../../scripts/redis/start.ts';
import { openToChange } from '../../src/bootstrap/open-store.ts';
import { readConfig } from '../../src/config/config.ts';
import { keysAt } from '../../src/stores/redis/keys.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A store for one benchmark, with a separate data set for each service. */
export interface BenchStore extends AsyncDisposable {
  readonly name: string;
  /** The settings of a service that uses a data set. */
  settings(set: string): Record<string, string>;
  /** Writes samples every 30 seconds without the service, which would take minutes for years. */
  fill(set: string, from: number, count: number): Promise<void>;
  /** Opens the store of a data set; creates it if there is none. */
  open(set: string): Promise<SampleStore>;
  /** The size of a data set on disk or in memory, including its rollups. */
  bytes(set: string): Promise<number>;
}

const SAMPLE_INTERVAL_MS = 30_000;

/** Samples that are written together. */
const SQLITE_BATCH = 1_000_000;
const REDIS_BATCH = 20_000;

/** Values like noise, so that they do not compress better than real ones. */
const FILL_SQLITE = `
  WITH RECURSIVE step (number) AS (VALUES (0) UNION ALL SELECT number + 1 FROM step WHERE number + 1 < :count)
  INSERT INTO sample
  SELECT :from + number * ${SAMPLE_INTERVAL_MS}, 30000 + (number * 7919 % 100003) / 100.0, (number * 31 % 199 - 99) / 100.0
  FROM step
`;
const FILL_REDIS = `
  local from, count = tonumber(ARGV[1]), tonumber(ARGV[2])
  for first = 0, count - 1, 1000 do
    local command = { 'TS.MADD' }
    for number = first, math.min(first + 1000, count) - 1 do
      local at = #command
      local time = string.format('%.0f', from + number * ${SAMPLE_INTERVAL_MS})
      command[at + 1], command[at + 2], command[at + 3] = KEYS[1], time, 30000 + number * 7919 % 100003 / 100
      command[at + 4], command[at + 5], command[at + 6] = KEYS[2], time, (number * 31 % 199 - 99) / 100
    end
    redis.call(unpack(command))
  end
  return count
`;

function* batches(from: number, count: number, size: number): Generator<{ from: number; count: number }> {
  for (let done = 0; done < count; done += size) {
    yield { from: from + done * SAMPLE_INTERVAL_MS, count: Math.min(size, count - done) };
  }
}

/** Opens the store of a service, and creates its tables or series. */
async function openSet(settings: Record<string, string>): Promise<SampleStore> {
  const opened = await openToChange(readConfig(settings));
  return opened.store;
}

const { signal: never } = new AbortController();

async function openSqlite(): Promise<BenchStore> {
  const folder = temporaryFolder();
  const settings = (set: string) => ({ DATA_DIR: join(folder.path, set) });
  const file = (set: string) => join(settings(set).DATA_DIR, 'samples.sqlite');
  return {
    name: 'SQLite',
    settings,
    async fill(set, from, count) {
      await using store = await openSet(settings(set));
      using database = new DatabaseSync(file(set));
      database.exec('PRAGMA synchronous = OFF');
      const statement = database.prepare(FILL_SQLITE);
      for (const batch of batches(from, count, SQLITE_BATCH)) statement.run(batch);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      // Builds the hours and days, as a service does at its start.
      await store.repair(never);
    },
    open: (set) => openSet(settings(set)),
    bytes: async (set) => statSync(file(set)).size,
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  };
}

async function openRedis(): Promise<BenchStore> {
  const redis = await launchRedis();
  const client = await createClient({ url: redis.url }).connect();
  const settings = (set: string) => ({ REDIS_URL: redis.url, KEY_PREFIX: set });
  return {
    name: 'Redis',
    settings,
    async fill(set, from, count) {
      await using store = await openSet(settings(set));
      const { price, sentiment } = keysAt({ kind: 'server' }, set);
      for (const batch of batches(from, count, REDIS_BATCH)) {
        const options = { keys: [price, sentiment], arguments: [String(batch.from), String(batch.count)] };
        await client.eval(FILL_REDIS, options);
      }
      await store.repair(never);
    },
    open: (set) => openSet(settings(set)),
    async bytes(set) {
      let bytes = 0;
      for await (const keys of client.scanIterator({ MATCH: `${set}:*` })) {
        for (const key of keys) bytes += (await client.memoryUsage(key, { SAMPLES: 0 })) ?? 0;
      }
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await redis[Symbol.asyncDispose]();
    },
  };
}

const OPENERS: Readonly<Record<string, () => Promise<BenchStore>>> = { sqlite: openSqlite, redis: openRedis };

/** The stores of a list such as `sqlite,redis`, one open at a time. */
export async function* eachStore(list: string): AsyncGenerator<BenchStore> {
  for (const name of list.split(',')) {
    const open = OPENERS[name];
    if (!open) throw new Error(`--stores takes ${Object.keys(OPENERS).join(',')}`);
    await using store = await open();
    yield store;
  }
}
