import type { TestContext } from 'node:test';
import { openRedis } from '../../src/stores/redis/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { storeContract } from '../contracts/store.ts';
import { connectPlain, needsRedis, redisAddress, testRedis } from '../support/redis.ts';

type Elsewhere = { client: Awaited<ReturnType<typeof connectPlain>>; keys: [string, string] };
const others = new WeakMap<Store, Elsewhere>();

const elsewhere = (store: Store): Elsewhere => others.get(store) as Elsewhere;

async function open(t: TestContext): Promise<Store> {
  const { url, keyPrefix } = testRedis();
  const tell = () => undefined;
  const { store } = await openRedis({
    address: redisAddress(url),
    keyPrefix,
    access: 'serve',
    onChange: tell,
    onUpdate: tell,
    onWarning: tell,
  });
  const client = await connectPlain();
  const keys: [string, string] = [`${keyPrefix}:price:mean:30s`, `${keyPrefix}:sentiment:mean:30s`];
  others.set(store, { client, keys });
  t.after(async () => {
    await client.del([...keys, `${keyPrefix}:cache`]);
    client.destroy();
    await store[Symbol.asyncDispose]();
  });
  return store;
}

storeContract({
  name: 'redis',
  options: needsRedis,
  open,
  async intrude(store, { time, price, sentiment }) {
    const { client, keys } = elsewhere(store);
    const create = { ON_DUPLICATE: 'FIRST' } as const;
    if (price !== undefined) await client.ts.add(keys[0], time, price, create);
    if (sentiment !== undefined) await client.ts.add(keys[1], time, sentiment, create);
  },
  async clear(store) {
    const { client, keys } = elsewhere(store);
    await client.del(keys);
  },
});
