import { testStoreFault } from '../../support/faults/store-fault.ts';
import { onRedis } from '../../support/faults/stores.ts';
import { createDedicatedRedis } from '../../support/stores/dedicated-redis.ts';
import { needsRedis } from '../../support/stores/redis.ts';

testStoreFault({
  name: 'Redis is not running when the service starts',
  options: needsRedis,
  async setUp(t) {
    const redis = await createDedicatedRedis(t);
    return { redis, env: { REDIS_URL: `redis://127.0.0.1:${redis.port}` } };
  },
  inflict: () => undefined,
  remove: ({ redis }) => redis.start(),
  timing: 'before the service starts',
  expected: { refresh: /^503 store_unreachable/, log: /Redis is back/ },
});

testStoreFault({
  name: 'Redis is killed under load, and started again with nothing in it',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.kill(),
  remove: ({ redis }) => redis.start(),
  expected: { refresh: /^503 store_unreachable/, log: /Redis cannot be used/, emptiesStore: true },
});

testStoreFault({
  name: 'Redis is suspended under load, and resumed',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.suspend(),
  remove: ({ redis }) => redis.resume(),
  durationMs: 3500,
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});

testStoreFault({
  name: 'Redis is suspended while idle, and resumed',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.suspend(),
  remove: ({ redis }) => redis.resume(),
  timing: 'while idle',
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});

testStoreFault({
  name: 'Redis is suspended before there is a first answer',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.suspend(),
  remove: ({ redis }) => redis.resume(),
  timing: 'before the first answer',
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});

testStoreFault({
  name: 'Redis is flushed',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.command('FLUSHALL'),
  // The next refresh fills it.
  remove: () => undefined,
  expected: { refresh: /^200/, emptiesStore: true },
});
