import { randomUUID } from 'node:crypto';
import { ignoredPricesWarning } from '../../domain/admission.ts';
import type { SetupError, StoreError } from '../../domain/errors.ts';
import type { Range } from '../../domain/time/range.ts';
import type { AnswerCache } from '../answer-cache.ts';
import type { Coordinator } from '../coordinator.ts';
import type { Access } from '../definition.ts';
import type { SampleStore } from '../sample-store.ts';
import type { StateStore } from '../state-store.ts';
import { createAnswerCache } from './answer-cache.ts';
import { createBackUp } from './backup/backup.ts';
import { createRestore } from './backup/restore.ts';
import type { RedisAddress } from './connection/address.ts';
import type { Client } from './connection/client.ts';
import { connect } from './connection/connection.ts';
import { connectLazily } from './connection/lazy-connection.ts';
import { openLocation } from './connection/location/locate.ts';
import { createCoordinator } from './coordinator.ts';
import { keysAt } from './keys.ts';
import { assertLayout } from './layout.ts';
import { assertRights } from './permissions.ts';
import { raiseField } from './raise-field.ts';
import { readOldestFinal, readRawSince } from './rollups/read.ts';
import { createRepair } from './rollups/repair.ts';
import { createVersion } from './rollups/version.ts';
import { createAppend } from './samples/append.ts';
import { createBuckets } from './samples/buckets.ts';
import { readOldest, readSlice } from './samples/range.ts';
import { createRemove } from './samples/remove.ts';
import { prepareSeries } from './samples/series.ts';
import { joinHours, newestOf, readHours } from './samples/three-hours.ts';
import { createTrim } from './samples/trim.ts';
import { createStateStore } from './state-store.ts';

const READ_LIMIT_MS = 1000;

/** A process's id, a UUID. */
const PROCESS_ID = /^[\da-f-]{36}$/;

export interface RedisOptions {
  readonly address: RedisAddress;
  readonly keyPrefix: string;
  readonly access: Access;
  /** Called with the reason once the connection is lost, and with `undefined` once it is back. */
  readonly onChange: (fault: StoreError | SetupError | undefined) => void;
  /** Called if another process announced a change. */
  readonly onUpdate: () => void;
  readonly onWarning: (text: string) => void;
}

async function warnOfEviction(client: Client, warn: RedisOptions['onWarning']): Promise<void> {
  // A user without the permission for INFO gets no warning.
  const info = await client.info('memory').catch(() => '');
  const [, policy] = /maxmemory_policy:(allkeys-\w+)/.exec(info) ?? [];
  if (policy) warn(`Redis may evict samples: its maxmemory-policy is ${policy}; set it to noeviction`);
}

export interface RedisStore {
  readonly store: SampleStore;
  readonly cache: AnswerCache;
  readonly coordinator: Coordinator;
  readonly stateStore: StateStore;
  /** See backup.ts and restore.ts. */
  readonly backUp: (target: string, signal: AbortSignal) => Promise<void>;
  readonly restore: (file: string, signal: AbortSignal) => Promise<void>;
}

/** @throws SetupError if the server answers, but cannot be used. If it does not answer, the store keeps trying to connect. */
export async function openRedis(options: RedisOptions): Promise<RedisStore> {
  const { address, access, onChange } = options;
  const keys = keysAt(address, options.keyPrefix);
  const series: [string, string] = [keys.price, keys.sentiment];
  let warned = access !== 'serve';
  const id = randomUUID();
  let hasWarnedOfMessage = false;
  function onMessage(sender: string): void {
    if (PROCESS_ID.test(sender)) {
      if (sender !== id) options.onUpdate();
    } else if (!hasWarnedOfMessage) {
      options.onWarning(`a message on the Redis channel ${keys.updates} is not ours, and is ignored`);
      hasWarnedOfMessage = true;
    }
  }

  const connection = await connect({
    address,
    location: openLocation(address, keys.price),
    onChange,
    async prepare(client) {
      await assertRights(client, keys, access !== 'read');
      // In parallel, since the connection may be slow.
      await Promise.all([
        assertLayout(client, keys, access !== 'read').then(() =>
          prepareSeries(client, keys, access !== 'read'),
        ),
        warned || warnOfEviction(client, options.onWarning),
        access === 'serve' && client.subscribe(keys.updates, onMessage),
      ]);
      warned = true;
    },
  });

  const slow = connectLazily(() => {
    const location = openLocation(address, keys.price);
    // The first connection prepares the server and reports its state.
    return connect({ address, location, prepare: async () => undefined, onChange: () => undefined });
  });

  const hours = (latest: number) =>
    connection.run((client) => readHours(client, series, latest), { limitMs: READ_LIMIT_MS });

  async function* range(whole: Range) {
    for (let rest: Range | undefined = whole; rest; ) {
      const at: Range = rest;
      const bounds = { limitMs: READ_LIMIT_MS };
      const slice = await connection.run((client) => readSlice(client, series, at), bounds);
      yield slice.samples;
      rest = slice.rest;
    }
  }

  const store: SampleStore = {
    append: createAppend(connection, keys, { remembers: access === 'serve' }),
    async newest(latest) {
      const reply = await hours(latest);
      return reply ? newestOf(reply[0][0], reply[1][0]) : {};
    },
    async threeHours(latest) {
      const reply = await hours(latest);
      return reply ? joinHours(reply) : undefined;
    },
    range,
    async oldest() {
      const read = (client: Client) =>
        Promise.all([readOldestFinal(client, keys), readOldest(client, series)]);
      const [final, sample] = await connection.run(read, { limitMs: READ_LIMIT_MS });
      return final === undefined ? sample : Math.min(final, sample ?? final);
    },
    rawSince: () => connection.run((client) => readRawSince(client, keys), { limitMs: READ_LIMIT_MS }),
    ...createBuckets(slow, keys),
    remove: createRemove(slow, keys),
    repair: createRepair(slow, keys, (count) => options.onWarning(ignoredPricesWarning(count))),
    trim: createTrim(slow, keys),
    async holdTrim(until) {
      const bounds = { limitMs: READ_LIMIT_MS };
      await connection.run((client) => raiseField(client, [keys.store], 'held_until', until), bounds);
    },
    version: createVersion(connection, keys),
    async check() {
      // A PING would not find a key of a wrong type.
      await hours(0);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([connection, slow].map((one) => one[Symbol.asyncDispose]()));
    },
  };
  return {
    store,
    cache: createAnswerCache(connection, keys.cache),
    coordinator: createCoordinator(connection, keys, id),
    stateStore: createStateStore(connection, keys, options.onWarning),
    backUp: createBackUp(slow, keys, store),
    restore: createRestore(slow, keys, store),
  };
}
