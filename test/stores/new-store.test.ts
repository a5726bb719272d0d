import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { ok } from '../../src/domain/check-result.ts';
import { createRefresh } from '../../src/service/refresh.ts';
import { createSummaries } from '../../src/service/summary.ts';
import type { Source } from '../../src/sources/source.ts';
import type { StoreDefinition, StoreLocation } from '../../src/stores/definition.ts';
import { STORES, storeAt } from '../../src/stores/open.ts';
import { parseRedisAddress } from '../../src/stores/redis/connection/address.ts';
import { createMemoryStateStore, createMemoryStore, emptyShared } from '../support/stores/memory-store.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1, 12, 59);
const nothing = () => undefined;
const { signal } = new AbortController();

/** All that a new store has to define. The settings choose it by the folder `:memory:`. */
const memory: StoreDefinition = {
  at({ dataDir }) {
    if (dataDir !== ':memory:') return undefined;
    const cannot = async (): Promise<never> => {
      throw new Error('memory has no backups');
    };
    const open = async () => ({
      store: createMemoryStore(emptyShared()),
      stateStore: createMemoryStateStore(emptyShared()),
      backUp: cannot,
    });
    return {
      open,
      openToCopy: open,
      openToCheck: async () => undefined,
      restore: cannot,
      diagnose: async () => [ok('memory', 'lost at the end')],
    };
  },
};

const location = { redisAddress: undefined, dataDir: ':memory:', keyPrefix: '', isSimulated: false };

test('a store that is added to the list takes refreshes and gives the answer', async () => {
  const place = storeAt(location, [...STORES, memory]);
  const opened = await place.open('serve', { onChange: nothing, onUpdate: nothing, onWarning: nothing });
  assert.ok(opened);
  const { store } = opened;
  const common = { store, coordinator: undefined, clock: () => NOW, observe: nothing };
  await using summaries = createSummaries({
    ...common,
    cache: undefined,
    source: 'simulated',
    timeToLiveMs: 60_000,
    staleAfterMs: 60_000,
  });
  const source: Source = {
    name: 'simulated',
    async *pull() {
      const at = (hours: number, price: number) => ({
        time: NOW - hours * HOUR,
        price,
        sentiment: price / 1000,
      });
      yield { samples: [at(2, 100), at(1, 110), at(0, 120)], rejections: new Map() };
    },
    tickDelayMs: async () => 0,
    report: async () => ({ price: [], sentiment: { feeds: [], headlines: [] } }),
    figures: async () => nothing,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const refresh = createRefresh({ ...common, source, summaries, signal });
  assert.equal((await refresh.run()).added, 3);
  const answer = await summaries.read();
  assert.deepEqual(
    answer?.summary.hours.map(({ price }) => price),
    [100, 110, 120],
  );
  assert.equal(answer?.summary.isLit, true);
});

test('the settings choose among the stores of the list; without such a setting, it is the file', async (t) => {
  const all = [...STORES, memory];
  const detail = async (chosen: Partial<StoreLocation>) => {
    const [result] = await storeAt({ ...location, ...chosen }, all).diagnose(signal);
    return `${result?.name}: ${result?.detail}`;
  };
  assert.equal(await detail({}), 'memory: lost at the end');
  const dataDir = temporaryFolder(t);
  assert.match(await detail({ dataDir }), /^database: .*samples\.sqlite will be created/);
  assert.match(
    await detail({ dataDir, isSimulated: true }),
    /^database: .*simulated\.sqlite will be created/,
  );
  const redisAddress = parseRedisAddress(`redis://127.0.0.1:${await freePort()}`);
  assert.match(await detail({ dataDir, redisAddress }), /^connection: 127\.0\.0\.1:\d+ /);
});
