import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { StoreError } from '../../src/domain/errors.ts';
import type { ServiceEvent } from '../../src/service/observer.ts';
import { createRefresh } from '../../src/service/refresh.ts';
import { createSummaries } from '../../src/service/summary.ts';
import type { Pull, PullRequest, Source } from '../../src/sources/source.ts';
import { storeAt } from '../../src/stores/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NOW = Date.UTC(2026, 0, 2, 12);
const nothing = () => undefined;

async function setUp(t: TestContext, pull: (request: PullRequest) => AsyncGenerator<Pull>) {
  const location = {
    redisAddress: undefined,
    dataDir: temporaryFolder(t),
    keyPrefix: '',
    isSimulated: true,
  };
  const listeners = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
  const opened = await storeAt(location).open('write', listeners);
  if (!opened) throw new Error('a store opened for writing exists');
  const { store } = opened;
  // One of the tests has closed it already.
  t.after(async () => {
    await Promise.resolve(store[Symbol.asyncDispose]()).catch(nothing);
  });
  const events: ServiceEvent[] = [];
  const common = {
    store,
    coordinator: undefined,
    clock: () => NOW,
    observe: (event: ServiceEvent) => events.push(event),
  };
  const summaries = createSummaries({
    ...common,
    cache: undefined,
    source: 'simulated',
    timeToLiveMs: 60_000,
    staleAfterMs: 60_000,
  });
  t.after(() => summaries[Symbol.asyncDispose]());
  const source: Source = {
    name: 'simulated',
    pull,
    tickDelayMs: async () => 0,
    report: async () => ({ price: [], sentiment: { feeds: [], headlines: [] } }),
    figures: async () => nothing,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const refresh = createRefresh({ ...common, source, summaries, signal: new AbortController().signal });
  return { refresh, store, summaries, events };
}

const rejections = new Map([['price_invalid', 2]] as const);

test('each part is stored and in the answer before the source yields the next one', async (t) => {
  let answerAfterFirst: number | undefined;
  const { refresh, summaries, events } = await setUp(t, async function* ({ newest }) {
    assert.deepEqual(newest, {});
    yield { samples: [{ time: NOW, price: 100 }], rejections: new Map() };
    answerAfterFirst = summaries.unexpired(NOW)?.summary.asOf;
    yield { samples: [{ time: NOW, price: 100, sentiment: 0.5 }], rejections };
    yield { samples: [{ time: NOW, price: 100 }], rejections: new Map() };
  });
  assert.deepEqual(await refresh.run(), {
    received: 5,
    added: 2,
    duplicates: 1,
    rejected: 2,
    rejections: [{ reason: 'price_invalid', count: 2 }],
    asOf: NOW,
  });
  assert.equal(answerAfterFirst, NOW);
  assert.equal(events.filter(({ type }) => type === 'rejected').length, 1);
});

test('a refresh fails if all records are rejected, unless another part was stored', async (t) => {
  let first: Pull['samples'] = [];
  const { refresh } = await setUp(t, async function* () {
    yield { samples: first, rejections: new Map() };
    yield { samples: [], rejections };
  });
  await assert.rejects(refresh.run(), { code: 'all_rejected', message: /no valid record: 2 price_invalid/ });
  first = [{ time: NOW, price: 100 }];
  assert.equal((await refresh.run()).added, 1);
});

test('a store failure ends the pull', async (t) => {
  const steps: string[] = [];
  const { refresh, store } = await setUp(t, async function* () {
    try {
      await store[Symbol.asyncDispose]();
      yield { samples: [{ time: NOW, price: 100 }], rejections: new Map() };
      steps.push('next part');
    } finally {
      steps.push('ended');
    }
  });
  await assert.rejects(refresh.run(), StoreError);
  assert.deepEqual(steps, ['ended']);
});

test('the source sees whether a client waits, also for a refresh that it joins', async (t) => {
  const seen: boolean[] = [];
  let join = (): void => undefined;
  const { refresh } = await setUp(t, async function* ({ isAwaited }) {
    seen.push(isAwaited());
    yield { samples: [{ time: NOW, price: 100 }], rejections: new Map() };
    join();
    seen.push(isAwaited());
  });
  await refresh.run(false);
  assert.deepEqual(seen, [false, false]);
  let joined: Promise<unknown> | undefined;
  join = () => {
    joined = refresh.run();
  };
  await refresh.run(false);
  await joined;
  assert.deepEqual(seen.splice(2), [false, true]);
  join = nothing;
  await refresh.run();
  await refresh.run(false);
  assert.deepEqual(seen.splice(2), [true, true, false, false]);
});
