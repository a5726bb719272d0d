import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../../src/domain/check-result.ts';
import { createHourColumns, setHour } from '../../src/domain/past/hour-columns.ts';
import { createRefresh } from '../../src/service/refresh.ts';
import { createSummaries } from '../../src/service/summary.ts';
import type { Source } from '../../src/sources/source.ts';
import type { StoreDefinition } from '../../src/stores/definition.ts';
import { storeAt } from '../../src/stores/open.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import type { StateStore } from '../../src/stores/state-store.ts';
import { createModel } from '../contracts/model.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1, 12, 59);
const nothing = () => undefined;
const { signal } = new AbortController();

function createMemoryStore(): SampleStore {
  const model = createModel();
  let changes = 0;
  return {
    async append(samples) {
      changes += 1;
      return model.append(samples);
    },
    newest: async (latest) => model.threeHours(latest)?.newest ?? {},
    threeHours: async (latest) => model.threeHours(latest),
    async *range({ from, to }) {
      yield model.range(from, to);
    },
    oldest: async () => model.oldest(),
    rawSince: async () => undefined,
    async *buckets(range, width) {
      yield model.buckets(range, width);
    },
    async *hours(range) {
      const columns = createHourColumns(range.from, (range.to - range.from) / HOUR);
      for (const hour of model.hours(range)) setHour(columns, hour);
      yield columns;
    },
    async remove(range) {
      changes += 1;
      return model.remove(range);
    },
    repair: async () => false,
    trim: async () => 0,
    holdTrim: async () => undefined,
    version: async () => String(changes),
    check: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function createMemoryState(): StateStore {
  const documents = new Map<string, string>();
  const headlines = new Map<string, string>();
  return {
    read: async (name) => documents.get(name),
    write: async (name, text) => void documents.set(name, text),
    settle: async (name, text) => documents.getOrInsert(name, text),
    headlines: async () => ({ mark: 'only', texts: headlines }),
    async changeHeadlines({ keep, forget }) {
      for (const key of forget) headlines.delete(key);
      for (const [key, text] of keep) headlines.getOrInsert(key, text);
    },
  };
}

/** All that a new store has to define. The settings choose it by the folder `:memory:`. */
const memory: StoreDefinition = {
  at({ dataDir }) {
    if (dataDir !== ':memory:') return undefined;
    const cannot = async (): Promise<never> => {
      throw new Error('memory has no backups');
    };
    const open = async () => ({
      store: createMemoryStore(),
      stateStore: createMemoryState(),
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
  const place = storeAt(location, [memory]);
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

test('the settings choose among the stores of the list', async (t) => {
  const [result] = await storeAt(location, [memory]).diagnose(signal);
  assert.equal(result?.name, 'memory');
  const folder = temporaryFolder(t);
  const listed = await storeAt({ ...location, dataDir: folder }).diagnose(signal);
  assert.match(String(listed[0]?.detail), /samples\.sqlite will be created/);
  assert.throws(() => storeAt({ ...location, dataDir: folder }, [memory]), /choose no store/);
});
