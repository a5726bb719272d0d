import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startProxy, type ToxicProxy } from '../clients/toxic-proxy.ts';
import { createDedicatedRedis, type DedicatedRedis } from '../stores/dedicated-redis.ts';
import { temporaryFolder } from '../temporary.ts';
import type { StoreSetup } from './store-fault.ts';

const redisSettings = (port: number) => ({ REDIS_URL: `redis://127.0.0.1:${port}` });

/** A dedicated Redis, started with command line options. */
export function onRedis(
  ...settings: string[]
): (t: TestContext) => Promise<StoreSetup & { redis: DedicatedRedis }> {
  return async (t) => {
    const redis = await createDedicatedRedis(t);
    await redis.start(...settings);
    return { redis, env: redisSettings(redis.port) };
  };
}

/** A dedicated Redis behind a proxy whose faults can be set. */
export async function onRedisBehindProxy(
  t: TestContext,
): Promise<StoreSetup & { redis: DedicatedRedis; proxy: ToxicProxy }> {
  const { redis } = await onRedis()(t);
  const proxy = await startProxy(t, redis.port);
  return { redis, proxy, env: redisSettings(proxy.port) };
}

/** An SQLite file in a temporary folder. */
export async function onSqlite(t: TestContext): Promise<StoreSetup & { folder: string; path: string }> {
  const folder = temporaryFolder(t);
  return { folder, path: join(folder, 'samples.sqlite'), env: { DATA_DIR: folder } };
}
