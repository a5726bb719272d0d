import type { TestContext, TestOptions } from 'node:test';
import { needsRedis, testRedis } from '../stores/redis.ts';
import { temporaryFolder } from '../temporary.ts';

export interface StorePlace {
  readonly name: string;
  readonly options: TestOptions;
  /** The settings of a new, empty store. */
  settings(t: TestContext): Record<string, string>;
}

/** The two kinds of stores. */
export const STORE_PLACES: readonly StorePlace[] = [
  { name: 'SQLite', options: {}, settings: (t) => ({ DATA_DIR: temporaryFolder(t) }) },
  {
    name: 'Redis',
    options: needsRedis,
    settings() {
      const { url, keyPrefix } = testRedis();
      return { REDIS_URL: url, KEY_PREFIX: keyPrefix };
    },
  },
];
