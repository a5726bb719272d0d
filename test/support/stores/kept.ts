import type { TestContext, TestOptions } from 'node:test';
import { openToChange } from '../../../src/bootstrap/open-store.ts';
import { readConfig } from '../../../src/config/config.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import type { Range } from '../../../src/domain/time/range.ts';
import { startTestService, type TestService } from '../processes/service.ts';
import { temporaryFolder } from '../temporary.ts';
import { connectPlain, needsRedis, testRedis } from './redis.ts';

export const STORES: readonly (readonly [name: 'SQLite' | 'Redis', options: TestOptions])[] = [
  ['SQLite', {}],
  ['Redis', needsRedis],
];

export async function deleteKeys(prefix: string): Promise<void> {
  const client = await connectPlain();
  for await (const keys of client.scanIterator({ MATCH: `${prefix}:*`, COUNT: 1000 })) {
    if (keys.length > 0) await client.del(keys);
  }
  client.destroy();
}

export interface KeptService extends TestService {
  /** Appends samples to the store without the service, as another process would. */
  keep(samples: readonly Sample[]): Promise<void>;
  /** Removes the samples of a range, past the service. */
  forget(range: Range): Promise<void>;
}

/** Starts a service whose store the test can write to. */
export async function startKept(
  t: TestContext,
  store: 'SQLite' | 'Redis',
  clock?: () => number,
  settings: Record<string, string> = {},
): Promise<KeptService> {
  const { url, keyPrefix } = testRedis();
  const environment: Record<string, string> =
    store === 'Redis'
      ? { REDIS_URL: url, KEY_PREFIX: keyPrefix, SOURCE: 'senticrypt' }
      : { DATA_DIR: temporaryFolder(t), SOURCE: 'senticrypt' };
  Object.assign(environment, settings);
  const config = readConfig(environment);
  const service = await startTestService(t, environment, clock);
  const opened = await openToChange(config);
  t.after(async () => {
    await opened.store[Symbol.asyncDispose]();
    if (store === 'Redis') await deleteKeys(keyPrefix);
  });
  return {
    ...service,
    async keep(samples) {
      await opened.store.append(samples, new AbortController().signal);
    },
    async forget(range) {
      await opened.store.remove(range, new AbortController().signal);
    },
  };
}
