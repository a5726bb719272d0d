import { resolve } from 'node:path';
import { writeBundle } from '../../scripts/bundle.ts';
import { type RunningRedis, startRedis } from '../../scripts/redis/start.ts';
import { COMPILE_CACHE_ENV } from './processes/compile-cache.ts';
import { LOCAL_ONLY } from './processes/local-only.ts';

let redis: RunningRedis | undefined;

/**
 * Starts one Redis for the whole run; every test uses its own key prefix. From here on, no test contacts another host.
 */
export async function globalSetup(): Promise<void> {
  Object.assign(process.env, COMPILE_CACHE_ENV);
  const { TESTED_PROGRAM: program } = process.env;
  process.env['TESTED_PROGRAM'] = program ? resolve(program) : await writeBundle();
  process.env['NODE_OPTIONS'] = [process.env['NODE_OPTIONS'] ?? '', LOCAL_ONLY].join(' ').trim();
  try {
    redis = await startRedis((text) => console.log(`# ${text}`));
    process.env['TEST_REDIS_URL'] = redis.url;
    console.log(`# tests use ${redis.name}`);
  } catch (error) {
    if (process.env['CI']) throw error;
    console.log(`# tests that need Redis are skipped: ${error}`);
  }
}

export async function globalTeardown(): Promise<void> {
  await redis?.[Symbol.asyncDispose]();
}
