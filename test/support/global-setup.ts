import { type RunningRedis, startRedis } from '../../scripts/redis/start.ts';

let redis: RunningRedis | undefined;

/** One Redis for the whole run; every test takes a key prefix of its own. */
export async function globalSetup(): Promise<void> {
  try {
    redis = await startRedis();
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
