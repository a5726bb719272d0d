import { randomUUID } from 'node:crypto';
import type { SetupError, StoreError } from '../../domain/errors.ts';
import { ignoredPricesWarning } from '../../domain/gate.ts';
import type { Range } from '../../domain/time/range.ts';
import type { Access } from '../access.ts';
import type { AnswerCache } from '../answer-cache.ts';
import type { Fleet } from '../fleet.ts';
import type { SampleStore } from '../sample-store.ts';
import type { StateStore } from '../state-store.ts';
import { createAnswerCache } from './answer-cache.ts';
import type { RedisAddress } from './connection/address.ts';
import type { Client } from './connection/client.ts';
import { connect } from './connection/connection.ts';
import { connectLate } from './connection/lazy-connection.ts';
import { openLocation } from './connection/location/locate.ts';
import { createFleet } from './fleet.ts';
import { keysAt } from './keys.ts';
import { assertRights } from './permissions.ts';
import { createRepair } from './rollups/repair.ts';
import { createAppend } from './samples/append.ts';
import { createBuckets } from './samples/buckets.ts';
import { readOldest, readSlice } from './samples/range.ts';
import { createRemove } from './samples/remove.ts';
import { prepareSeries } from './samples/series.ts';
import { joinHours, newestOf, readHours } from './samples/three-hours.ts';
import { createStateStore } from './state-store.ts';

/** Milliseconds until a server that does not answer is given up. */
const READ_LIMIT = 1000;

/** What processes call themselves: UUIDs. */
const ID = /^[\da-f-]{36}$/;

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

async function warnOfEviction(client: Client, warn: RedisOptions['onWarning']): Promise<void> {
  // A user without the permission for INFO gets no warning.
  const info = await client.info('memory').catch(() => '');
  const [, policy] = /maxmemory_policy:(allkeys-\w+)/.exec(info) ?? [];
  if (policy) warn(`Redis may evict samples: its maxmemory-policy is ${policy}; set it to noeviction`);
}

/** @throws SetupError when the server answers and cannot be used. A server that is away is waited for. */
export async function openRedis(
  options: RedisOptions,
): Promise<{ store: SampleStore; cache: AnswerCache; fleet: Fleet; stateStore: StateStore }> {
  const { address, access, onChange } = options;
  const keys = keysAt(address, options.keyPrefix);
  const series: [string, string] = [keys.price, keys.sentiment];
  let warned = access !== 'serve';
  const id = randomUUID();
  let heardOther = false;
  function hear(sender: string): void {
    if (!ID.test(sender)) {
      if (!heardOther)
        options.onWarning(`a message on the Redis channel ${keys.updates} is not ours, and is ignored`);
      heardOther = true;
    } else if (sender !== id) {
      // What it says itself it has read already.
      options.onUpdate();
    }
  }

  const connection = await connect({
    address,
    location: openLocation(address, keys.price),
    onChange,
    async prepare(client) {
      await assertRights(client, keys, access !== 'read');
      // Together, since a road to Redis may be slow.
      await Promise.all([
        prepareSeries(client, keys, access !== 'read'),
        warned || warnOfEviction(client, options.onWarning),
        access === 'serve' && client.subscribe(keys.updates, hear),
      ]);
      warned = true;
    },
  });

  const long = connectLate(() => {
    const location = openLocation(address, keys.price);
    // What there is to tell of the server the first connection tells.
    return connect({ address, location, prepare: async () => undefined, onChange: () => undefined });
  });

  const hours = (latest: number) =>
    connection.run((client) => readHours(client, series, latest), { limit: READ_LIMIT });

  async function* range(whole: Range) {
    for (let rest: Range | undefined = whole; rest; ) {
      const at: Range = rest;
      const slice = await connection.run((client) => readSlice(client, series, at), { limit: READ_LIMIT });
      yield slice.samples;
      rest = slice.rest;
    }
  }

  const store: SampleStore = {
    append: createAppend(connection, keys),
    async newest(latest) {
      const reply = await hours(latest);
      return reply ? newestOf(reply[0][0], reply[1][0]) : {};
    },
    async threeHours(latest) {
      const reply = await hours(latest);
      return reply ? joinHours(reply) : undefined;
    },
    range,
    oldest: () => connection.run((client) => readOldest(client, series), { limit: READ_LIMIT }),
    buckets: createBuckets(long, keys),
    remove: createRemove(long, keys),
    repair: createRepair(long, keys, (count) => options.onWarning(ignoredPricesWarning(count))),
    async check() {
      // What readers read, and not a PING, which a key of another type would not disturb.
      await hours(0);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([connection, long].map((one) => one[Symbol.asyncDispose]()));
    },
  };
  return {
    store,
    cache: createAnswerCache(connection, keys.cache),
    fleet: createFleet(connection, keys, id),
    stateStore: createStateStore(connection, keys, options.onWarning),
  };
}
