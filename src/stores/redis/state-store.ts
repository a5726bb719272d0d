import { randomUUID } from 'node:crypto';
import { ErrorReply } from 'redis';
import type { StateStore } from '../state-store.ts';
import type { Client } from './connection/client.ts';
import type { Connection } from './connection/connection.ts';
import type { Keys } from './keys.ts';

/** Generous, since no reader waits, and hundreds of kilobytes take time. A timeout does not close the connection. */
const BOUNDS = { limitMs: 5000, closesOnTimeout: false } as const;

/** The field whose text changes with every change of the headlines. */
const MARK = 'headlines';

/** Headlines per transaction, so that no reader waits for all of them. */
const BATCH = 200;

function* inBatches<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

/** Another program stored a value of another type at the key. */
const isOfOtherType = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof ErrorReply && error.cause.message.startsWith('WRONGTYPE');

/**
 * Stores the state in two hashes, in the slot of the series.
 *
 * @param onWarning called once for each key that is not a hash, so that nothing can be saved there.
 */
export function createStateStore(
  connection: Connection,
  keys: Keys,
  onWarning: (text: string) => void,
): StateStore {
  const { state, headlines } = keys;
  const warnedOf = new Set<string>();

  /** Returns `fallback` if the key is not a hash. */
  async function readHash<T>(key: string, fallback: T, work: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await connection.run(work, BOUNDS);
    } catch (error) {
      if (!isOfOtherType(error)) throw error;
      if (!warnedOf.has(key)) onWarning(`the Redis key ${key} is not a hash, and is not used: delete it`);
      warnedOf.add(key);
      return fallback;
    }
  }

  async function read(name: string): Promise<string | undefined> {
    return (await readHash(state, null, (client) => client.hGet(state, name))) ?? undefined;
  }

  return {
    read,
    async write(name, text) {
      await connection.run((client) => client.hSet(state, name, text), BOUNDS);
    },
    async settle(name, text) {
      await connection.run((client) => client.hSetNX(state, name, text), BOUNDS);
      return (await read(name)) ?? text;
    },
    async headlines(known) {
      // The mark comes first, so that later changes are read again next time.
      const mark = (await read(MARK)) ?? '';
      if (mark === known) return undefined;
      const all = await readHash<Record<string, string>>(headlines, {}, (client) =>
        client.hGetAll(headlines),
      );
      return { mark, texts: new Map(Object.entries(all)) };
    },
    async changeHeadlines({ keep, forget }) {
      for (const keys of inBatches(forget)) {
        await connection.run(
          (client) => client.multi().hDel(headlines, keys).hSet(state, MARK, randomUUID()).exec(),
          BOUNDS,
        );
      }
      for (const kept of inBatches([...keep])) {
        await connection.run((client) => {
          const together = client.multi();
          for (const [key, text] of kept) together.hSetNX(headlines, key, text);
          return together.hSet(state, MARK, randomUUID()).exec();
        }, BOUNDS);
      }
    },
  };
}
