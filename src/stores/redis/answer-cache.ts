import type { AnswerCache } from '../answer-cache.ts';
import type { Connection } from './connection/connection.ts';

/** An answer has about 900 bytes: whatever is longer is not ours, and is not read to its end. */
const MOST_BYTES = 16_384;

/** A reader waits for it, and can do without it. Milliseconds. */
const READ_LIMIT = 300;
const WRITE_LIMIT = 1000;

/** The tutorial's own key, its time to live included. */
export function createAnswerCache(connection: Connection, key: string): AnswerCache {
  return {
    async read() {
      const [text, timeToLive] = await connection.run(
        (client) => client.multi().getRange(key, 0, MOST_BYTES).pTTL(key).execTyped(),
        { limit: READ_LIMIT, isVital: false },
      );
      return !text || timeToLive <= 0 ? undefined : { text, timeToLive };
    },
    async write(text, timeToLive) {
      const expiration = { type: 'PX', value: timeToLive } as const;
      await connection.run((client) => client.set(key, text, { expiration }), { limit: WRITE_LIMIT });
    },
    async clear() {
      await connection.run((client) => client.del(key), { limit: WRITE_LIMIT });
    },
  };
}
