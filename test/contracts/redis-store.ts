import type { TestContext, TestOptions } from 'node:test';
import { openRedis } from '../../src/stores/redis/open.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { connectPlain, redisAddress } from '../support/stores/redis.ts';
import { retentionContract } from './retention.ts';
import { stateStoreContract } from './state-store.ts';
import { type StoreUnderTest, storeContract } from './store.ts';

export interface Place {
  /** As REDIS_URL has it. */
  readonly url: string;
  readonly keyPrefix: string;
  /** What the keys begin with. */
  readonly keysBegin: string;
  /** The server that has the keys. */
  readonly server: string;
}

type Elsewhere = {
  here: Place;
  client: Awaited<ReturnType<typeof connectPlain>>;
  keys: [string, string];
};

/** The contract of stores, on a Redis of some kind. */
export function redisStoreContract(name: string, options: TestOptions, place: () => Promise<Place>): void {
  const others = new WeakMap<SampleStore, Elsewhere>();
  const elsewhere = (store: SampleStore): Elsewhere => others.get(store) as Elsewhere;

  const nothing = () => undefined;
  const connect = ({ url, keyPrefix }: Place) =>
    openRedis({
      address: redisAddress(url),
      keyPrefix,
      access: 'serve',
      onChange: nothing,
      onUpdate: nothing,
      onWarning: nothing,
    });

  async function open(t: TestContext): Promise<SampleStore> {
    const here = await place();
    const { keysBegin, server } = here;
    const { store } = await connect(here);
    const client = await connectPlain(server);
    const keys: [string, string] = [`${keysBegin}:price:mean:30s`, `${keysBegin}:sentiment:mean:30s`];
    others.set(store, { here, client, keys });
    t.after(async () => {
      await client.del([...keys, `${keysBegin}:cache`]);
      client.destroy();
      await store[Symbol.asyncDispose]();
    });
    return store;
  }

  const underTest: StoreUnderTest = {
    name,
    options,
    open,
    async openBeside(t, store) {
      const { store: beside } = await connect(elsewhere(store).here);
      t.after(() => beside[Symbol.asyncDispose]());
      return beside;
    },
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
  };
  storeContract(underTest);
  retentionContract(underTest);

  stateStoreContract({
    name,
    options,
    async open(t) {
      const here = await place();
      const client = await connectPlain(here.server);
      const stores: SampleStore[] = [];
      t.after(async () => {
        await client.del(['memory', 'headlines'].map((key) => `${here.keysBegin}:${key}`));
        client.destroy();
        await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
      });
      return {
        async process() {
          const { store, stateStore } = await connect(here);
          stores.push(store);
          return stateStore;
        },
      };
    },
  });
}
