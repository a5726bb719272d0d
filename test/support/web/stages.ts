import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startProxy, type ToxicProxy } from '../clients/proxy.ts';
import { type OwnRedis, ownRedis } from '../stores/own-redis.ts';
import { temporaryFolder } from '../temporary.ts';
import type { Stage } from '../upstreams/fault.ts';

const leadTo = (port: number) => ({ REDIS_URL: `redis://127.0.0.1:${port}` });

/** A service on a Redis of its own, with settings as on its command line. */
export function onRedis(...settings: string[]): (t: TestContext) => Promise<Stage & { redis: OwnRedis }> {
  return async (t) => {
    const redis = await ownRedis(t);
    await redis.start(...settings);
    return { redis, env: leadTo(redis.port) };
  };
}

/** The same, with a road between them that can be made bad. */
export async function behindProxy(t: TestContext): Promise<Stage & { redis: OwnRedis; proxy: ToxicProxy }> {
  const { redis } = await onRedis()(t);
  const proxy = await startProxy(t, redis.port);
  return { redis, proxy, env: leadTo(proxy.port) };
}

/** A service on a file of its own. */
export async function onFile(t: TestContext): Promise<Stage & { folder: string; path: string }> {
  const folder = temporaryFolder(t);
  return { folder, path: join(folder, 'samples.sqlite'), env: { DATA_DIR: folder } };
}
