import { ownRedis } from '../../support/stores/own-redis.ts';
import { needsRedis } from '../../support/stores/redis.ts';
import { fault } from '../../support/upstreams/fault.ts';
import { onRedis } from '../../support/web/stages.ts';

fault({
  name: 'Redis is away when the service starts',
  options: needsRedis,
  async on(t) {
    const redis = await ownRedis(t);
    return { redis, env: { REDIS_URL: `redis://127.0.0.1:${redis.port}` } };
  },
  inflict: () => 'it was never there',
  end: ({ redis }) => redis.start(),
  comes: 'before the service starts',
  expected: { refresh: /^503 store_unreachable/, log: /Redis is back/ },
});

fault({
  name: 'Redis is killed under load, and started again with nothing in it',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.kill(),
  end: ({ redis }) => redis.start(),
  expected: { refresh: /^503 store_unreachable/, log: /Redis cannot be used/, empties: true },
});

fault({
  name: 'Redis is stopped under load, and goes on',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.freeze(),
  end: ({ redis }) => redis.thaw(),
  lasts: 3500,
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});

fault({
  name: 'Redis is stopped while nobody asks, and goes on',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.freeze(),
  end: ({ redis }) => redis.thaw(),
  comes: 'while idle',
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});

fault({
  name: 'Redis is stopped before there is a first answer',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.freeze(),
  end: ({ redis }) => redis.thaw(),
  comes: 'before the first answer',
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});

fault({
  name: 'Redis is flushed',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.command('FLUSHALL'),
  end: () => 'the next refresh fills it',
  expected: { refresh: /^200/, empties: true },
});
