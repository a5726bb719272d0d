import type { AnswerCache } from '../answer-cache.ts';
import type { Connection } from './connection/connection.ts';

/** An answer has about 900 bytes. A longer text is not ours, and is not read to its end. */
const MAX_BYTES = 16_384;

/** Short, since a reader is waiting, and can do without the cache. */
const READ_LIMIT_MS = 300;
const WRITE_LIMIT_MS = 1000;

/** Uses the tutorial's own key, with its time to live. */
export function createAnswerCache(connection: Connection, key: string): AnswerCache {
  return {
    async read() {
      const [text, timeToLive] = await connection.run(
        (client) => client.multi().getRange(key, 0, MAX_BYTES).pTTL(key).execTyped(),
        { limitMs: READ_LIMIT_MS, closesOnTimeout: false },
      );
      return !text || timeToLive <= 0 ? undefined : { text, timeToLive };
    },
    async write(text, timeToLive) {
      const expiration = { type: 'PX', value: timeToLive } as const;
      await connection.run((client) => client.set(key, text, { expiration }), { limitMs: WRITE_LIMIT_MS });
    },
    async clear() {
      await connection.run((client) => client.del(key), { limitMs: WRITE_LIMIT_MS });
    },
  };
}
