import { redisStoreContract } from '../contracts/redis-store.ts';
import { needsRedis, testRedis } from '../support/stores/redis.ts';

redisStoreContract('redis', needsRedis, async () => {
  const { url, keyPrefix } = testRedis();
  return { url, keyPrefix, keysBegin: keyPrefix, server: url };
});
