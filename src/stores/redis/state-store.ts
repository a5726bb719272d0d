import { randomUUID } from 'node:crypto';
import { ErrorReply } from 'redis';
import type { StateStore } from '../state-store.ts';
import type { Client } from './connection/client.ts';
import type { Connection } from './connection/connection.ts';
import type { Keys } from './keys.ts';

/**
 * Milliseconds. None of it is a reader's wait, and a few hundred kilobytes may take their time on the way: what is late is
 * given up, and the connection is not.
 */
const BOUNDS = { limit: 5000, isVital: false } as const;

/** The field whose text changes with every change of the headlines. */
const MARK = 'headlines';

/** Headlines in one transaction, so that no reader waits for all of them. */
const BATCH = 200;

function* inBatches<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

/** A key that another program gave a value of another type. */
const isOfOtherType = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof ErrorReply && error.cause.message.startsWith('WRONGTYPE');

/**
 * Two hashes, in the slot of the series.
 *
 * @param onWarning called once for a key that holds no hash: nothing can be remembered there.
 */
export function createStateStore(
  connection: Connection,
  keys: Keys,
  onWarning: (text: string) => void,
): StateStore {
  const { state, headlines } = keys;
  const told = new Set<string>();

  /** What is at a key, or what stands for nothing where it holds no hash. */
  async function readHash<T>(key: string, nothing: T, work: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await connection.run(work, BOUNDS);
    } catch (error) {
      if (!isOfOtherType(error)) throw error;
      if (!told.has(key)) onWarning(`the Redis key ${key} holds no hash, and is not used: delete it`);
      told.add(key);
      return nothing;
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
      // The mark first: what changes after it is read again the next time.
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
