import { randomUUID } from 'node:crypto';
import type { SetupError, StoreError } from '../../domain/errors.ts';
import type { Range } from '../../domain/range.ts';
import type { Sample } from '../../domain/sample.ts';
import { rawBuckets } from '../raw-buckets.ts';
import type { Access, AnswerCache, Fleet, Memory, Store } from '../store.ts';
import type { RedisAddress } from './address.ts';
import { toBatches } from './batches.ts';
import { createAnswerCache } from './cache.ts';
import type { Client, SeriesHours } from './client.ts';
import { connect } from './connection.ts';
import { createFleet } from './fleet.ts';
import { asHashTag, keysFor } from './keys.ts';
import { openLocation } from './location/open.ts';
import { createMemory } from './memory.ts';
import { readSlice } from './range.ts';
import { prepareSeries } from './series.ts';
import { joinHours, newestOf } from './three-hours.ts';

/** Milliseconds until a server that does not answer is given up. */
const READ_LIMIT = 1000;
const WRITE_LIMIT = 5000;

export interface RedisOptions {
  readonly address: RedisAddress;
  readonly keyPrefix: string;
  readonly access: Access;
  /** Told once per loss that the server is away, and why; and once that it is back. */
  readonly onChange: (fault: StoreError | SetupError | undefined) => void;
  /** Told of every change that another process may have made, and that a loss of the connection may have hidden. */
  readonly onUpdate: () => void;
  /** Told once of a setting of the server that will hurt. */
  readonly onWarning: (text: string) => void;
}

/** Batches under way together: one is prepared and sent while Redis, which keeps their order, is at another. */
const UNDER_WAY = 8;

function* inGroups<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    if (group.push(item) < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

async function warnOfEviction(client: Client, warn: RedisOptions['onWarning']): Promise<void> {
  // Who may not ask gets no warning, and the service all the same.
  const memory = await client.info('memory').catch(() => '');
  const [, policy] = /maxmemory_policy:(allkeys-\w+)/.exec(memory) ?? [];
  if (policy) warn(`Redis may evict samples: its maxmemory-policy is ${policy}; set it to noeviction`);
}

/** @throws SetupError when the server answers and cannot be used. A server that is away is waited for. */
export async function openRedis(
  options: RedisOptions,
): Promise<{ store: Store; cache: AnswerCache; fleet: Fleet; memory: Memory }> {
  const { address, access, onChange } = options;
  const keys = keysFor(address.kind === 'cluster' ? asHashTag(options.keyPrefix) : options.keyPrefix);
  const series: [string, string] = [keys.price, keys.sentiment];
  let warned = access !== 'serve';
  const id = randomUUID();
  // What it says itself it has read already.
  const hear = (sender: string): void => void (sender !== id && options.onUpdate());

  const connection = await connect({
    address,
    location: openLocation(address, keys.price),
    onChange,
    async prepare(client) {
      await prepareSeries(client, series, access !== 'read');
      if (!warned) await warnOfEviction(client, options.onWarning);
      warned = true;
      if (access === 'serve') await client.subscribe(keys.updates, hear);
    },
  });

  // The client's types turn the script's tuples into lists.
  async function readHours(latest: number): Promise<[SeriesHours, SeriesHours] | null> {
    const reply: unknown = await connection.run((client) => client.threeHours(series, latest), {
      limit: READ_LIMIT,
    });
    return reply as [SeriesHours, SeriesHours] | null;
  }

  async function* range(whole: Range) {
    for (let rest: Range | undefined = whole; rest; ) {
      const at: Range = rest;
      const slice = await connection.run((client) => readSlice(client, series, at), { limit: READ_LIMIT });
      yield slice.samples;
      rest = slice.rest;
    }
  }

  const store: Store = {
    async append(samples: readonly Sample[], signal: AbortSignal) {
      let added = 0;
      for (const batches of inGroups(toBatches(samples), UNDER_WAY)) {
        signal.throwIfAborted();
        const append = (batch: string) =>
          connection.run((client) => client.append(series, batch), { limit: WRITE_LIMIT, signal });
        for (const count of await Promise.all(batches.map(append))) added += count;
      }
      return { added, duplicates: samples.length - added };
    },
    async newest(latest) {
      const reply = await readHours(latest);
      return reply ? newestOf(reply[0][0], reply[1][0]) : {};
    },
    async threeHours(latest) {
      const reply = await readHours(latest);
      return reply ? joinHours(reply) : undefined;
    },
    range,
    async oldest() {
      for await (const [first] of range({ from: 0, to: Number.MAX_SAFE_INTEGER })) return first?.time;
      return undefined;
    },
    buckets: (whole, width) => rawBuckets(range, whole, width),
    async remove(whole, signal) {
      signal.throwIfAborted();
      let removed = 0;
      for await (const samples of range(whole)) removed += samples.length;
      const { from, to } = whole;
      const removeFrom = async (client: Client, key: string) => {
        // A series that was flushed away has nothing to remove.
        if ((await client.exists(key)) > 0) await client.ts.del(key, from, to - 1);
      };
      const both = (client: Client) => Promise.all(series.map((key) => removeFrom(client, key)));
      await connection.run(both, { limit: WRITE_LIMIT, signal });
      return removed;
    },
    mend: async () => false,
    async check() {
      // What readers read, and not a PING, which a key of another type would not disturb.
      await readHours(0);
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
  return {
    store,
    cache: createAnswerCache(connection, keys.cache),
    fleet: createFleet(connection, keys, id),
    memory: createMemory(connection, keys),
  };
}
