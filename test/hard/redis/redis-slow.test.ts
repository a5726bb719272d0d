import { testStoreFault } from '../../support/faults/store-fault.ts';
import { onRedisBehindProxy } from '../../support/faults/stores.ts';
import { needsRedis } from '../../support/stores/redis.ts';

testStoreFault({
  name: 'every reply of Redis takes 500 ms',
  options: needsRedis,
  setUp: onRedisBehindProxy,
  // In each direction.
  inflict: ({ proxy }) => proxy.set({ latencyMs: 250 }),
  remove: ({ proxy }) => proxy.clear(),
  // A refresh waits for five replies, one after another. A live one waits for more, and starts a tick later on a busy
  // machine.
  durationMs: 12_000,
  expected: { refresh: /^200/ },
});

testStoreFault({
  name: 'the connection to Redis transfers 1 kB a second',
  options: needsRedis,
  setUp: onRedisBehindProxy,
  inflict: ({ proxy }) => proxy.set({ bytesPerSecond: 1000 }),
  remove: ({ proxy }) => proxy.clear(),
  durationMs: 8000,
  expected: { refresh: /^(200|503 store_(timeout|unreachable))/ },
});

testStoreFault({
  name: 'replies of Redis arrive byte by byte',
  options: needsRedis,
  setUp: onRedisBehindProxy,
  inflict: ({ proxy }) => proxy.set({ chunkBytes: 1 }),
  remove: ({ proxy }) => proxy.clear(),
  expected: { refresh: /^200/ },
});

testStoreFault({
  name: 'connections to Redis are reset in the middle of a reply',
  options: needsRedis,
  setUp: onRedisBehindProxy,
  inflict: ({ proxy }) => proxy.set({ resetAfterBytes: 100 }),
  remove: ({ proxy }) => proxy.clear(),
  expected: { refresh: /^503 store_(unreachable|timeout)/, log: /Redis cannot be used/ },
});

testStoreFault({
  name: 'a connection to Redis stalls while idle',
  options: needsRedis,
  setUp: onRedisBehindProxy,
  inflict: ({ proxy }) => proxy.set({ isStalled: true }),
  remove: ({ proxy }) => proxy.clear(),
  timing: 'while idle',
  expected: { refresh: /^503 store_(timeout|unreachable)/, log: /Redis cannot be used/ },
});
