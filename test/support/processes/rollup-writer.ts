// Appends and deletes samples and rebuilds rollups at random until a test kills it.
import { openRedis } from '../../../src/stores/redis/open.ts';
import { connectPlain, redisAddress } from '../stores/redis.ts';

const [url = '', keyPrefix = '', start = '0', seed = '1'] = process.argv.slice(2);
const nothing = () => undefined;
const callbacks = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
const { store } = await openRedis({ address: redisAddress(url), keyPrefix, access: 'write', ...callbacks });
const client = await connectPlain(url);
const { signal } = new AbortController();

const HOUR = 3_600_000;
let state = Number(seed);
/** A whole number from 0 to below `bound`; the same sequence for the same seed. */
function random(bound: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % bound;
}

console.log('ready');
for (;;) {
  const from = Number(start) + random(400) * 8 * HOUR;
  const length = 1 + random(900);
  const samples = Array.from({ length }, (_, index) => ({
    time: from + index * 30_000,
    price: 1 + random(1000),
  }));
  await store.append(samples, signal);
  if (random(3) === 0) await store.remove({ from, to: from + random(20) * HOUR }, signal);
  if (random(4) === 0) {
    await client.del(`${keyPrefix}:rollups:2`);
    await store.repair(signal);
  }
}
