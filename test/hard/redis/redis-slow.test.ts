import { needsRedis } from '../../support/stores/redis.ts';
import { fault } from '../../support/upstreams/fault.ts';
import { behindProxy } from '../../support/web/stages.ts';

fault({
  name: 'every answer of Redis takes 500 ms',
  options: needsRedis,
  on: behindProxy,
  // One way and back.
  inflict: ({ proxy }) => proxy.set({ delay: 250 }),
  end: ({ proxy }) => proxy.clear(),
  // A refresh is five such answers, one after another; a live one is more, and begins a tick later on a busy machine.
  lasts: 12_000,
  expected: { refresh: /^200/ },
});

fault({
  name: 'the road to Redis brings 1 kB a second',
  options: needsRedis,
  on: behindProxy,
  inflict: ({ proxy }) => proxy.set({ rate: 1000 }),
  end: ({ proxy }) => proxy.clear(),
  lasts: 8000,
  expected: { refresh: /^(200|503 store_(timeout|unreachable))/ },
});

fault({
  name: 'answers of Redis come byte by byte',
  options: needsRedis,
  on: behindProxy,
  inflict: ({ proxy }) => proxy.set({ piece: 1 }),
  end: ({ proxy }) => proxy.clear(),
  expected: { refresh: /^200/ },
});

fault({
  name: 'connections to Redis are reset in the middle of an answer',
  options: needsRedis,
  on: behindProxy,
  inflict: ({ proxy }) => proxy.set({ cutAfter: 100 }),
  end: ({ proxy }) => proxy.clear(),
  expected: { refresh: /^503 store_(unreachable|timeout)/, log: /Redis cannot be used/ },
});

fault({
  name: 'a connection to Redis hangs while nobody asks',
  options: needsRedis,
  on: behindProxy,
  inflict: ({ proxy }) => proxy.set({ isHung: true }),
  end: ({ proxy }) => proxy.clear(),
  comes: 'while idle',
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});
