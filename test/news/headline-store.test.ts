import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { EXCHANGES } from '../../src/exchanges/exchanges.ts';
import { createCollector } from '../../src/news/feed-collector.ts';
import { createHeadlineStore } from '../../src/news/headline-store.ts';
import { createSavedPolls } from '../../src/news/saved-state.ts';
import { openLive } from '../../src/sources/live/open.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import type { StateStore } from '../../src/stores/state-store.ts';
import { judge } from '../support/data/headlines.ts';
import { seededRandom } from '../support/data/random.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { testParser } from '../support/upstreams/feed-reader.ts';
import { startFeed } from '../support/upstreams/feeds.ts';
import { UNREACHABLE_URL } from '../support/upstreams/offline-settings.ts';
import { outbound } from '../support/upstreams/outbound.ts';

const NOW = Date.UTC(2026, 0, 2, 12);
const HOUR = 3_600_000;
const unending = new AbortController().signal;
const unfit = (kind: string) => assert.fail(`${kind} does not fit`);

/** Reasons as the scorer gives them, with points. */
const plainly = (title: string) => ({ ...judge(title), because: [] });

async function openMemory(t: TestContext) {
  const opened = await openSqlite({ path: join(temporaryFolder(t), 'samples.sqlite'), access: 'write' });
  if (!opened) throw new Error('it is created');
  t.after(() => opened.store[Symbol.asyncDispose]());
  return opened.stateStore;
}

test('two processes that collect partly different feeds lose no headline', async (t) => {
  const stateStore = await openMemory(t);
  const parser = testParser();
  const named = await Promise.all(
    ['A', 'B', 'C'].map(async (name) => {
      const feed = await startFeed(t);
      feed.show(
        Array.from({ length: 40 }, (_, index) => ({
          title: `Bitcoin story ${name} ${index} [0.5]`,
          date: NOW - index * HOUR,
        })),
      );
      return { name, address: feed.url };
    }),
  );
  const storeFor = (feeds: typeof named, installation: string) =>
    createHeadlineStore({
      stateStore,
      savedPolls: createSavedPolls(stateStore, unfit),
      onInvalidState: unfit,
      feeds,
      collector: createCollector({
        outbound,
        feeds,
        parser,
        judge: plainly,
        installation,
      }),
    });
  const one = storeFor(named.slice(0, 2), 'one');
  const other = storeFor(named.slice(1), 'other');
  await Promise.all([one.collect(NOW, unending), other.collect(NOW, unending)]);
  const kept = await stateStore.headlines(undefined);
  assert.equal(kept?.texts.size, 120);
  const known = await storeFor(named, 'third').load(NOW);
  assert.equal(known.headlines.length, 120);
  assert.deepEqual(
    (await one.load(NOW)).headlines,
    known.headlines.filter(({ source }) => source !== 'C'),
  );

  // Two days and more on, what is too old is gone from the state store too, whichever process stored it.
  await one.collect(NOW + 60 * HOUR, unending);
  await one.collect(NOW + 61 * HOUR, unending);
  const later = await stateStore.headlines(undefined);
  assert.ok(later && later.texts.size < 60, `${later?.texts.size} are left`);
  assert.ok(
    [...(later?.texts.keys() ?? [])].some((key) => key.startsWith('C')),
    'those that are not old stay',
  );
});

test('a renamed feed keeps its headlines, and its URL is not stored', async (t) => {
  const stateStore = await openMemory(t);
  const parser = testParser();
  const [one, other] = [await startFeed(t), await startFeed(t)];
  const addresses = [`${one.url}?key=secret`, `${other.url}?key=secret`];
  for (const feed of [one, other]) {
    feed.show(
      [0, 1, 2].map((index) => ({ title: `Bitcoin ${feed.url} ${index} [0.5]`, date: NOW - index * HOUR })),
    );
  }
  const storeFor = (...names: string[]) => {
    const feeds = names.map((name, index) => ({ name, address: addresses[index] ?? '' }));
    const settings = { outbound, feeds, parser, installation: 'i' };
    return createHeadlineStore({
      stateStore,
      savedPolls: createSavedPolls(stateStore, unfit),
      onInvalidState: unfit,
      feeds,
      collector: createCollector({ ...settings, judge: plainly }),
    });
  };
  const titlesOf = (headlines: readonly { source: string; title: string }[], name: string) =>
    headlines.filter(({ source }) => source === name).map(({ title }) => title);
  const { headlines: first } = await storeFor('A', 'B').collect(NOW, unending);
  assert.equal(first.length, 6);
  // The old headlines are gone, and the current ones are stored.
  one.show([]);
  other.show([]);
  // Names that change places are the hardest.
  for (const [names, at] of [
    [['B', 'A'], 1],
    [['C', 'A'], 11],
    [['C', 'B'], 21],
  ] as const) {
    const store = storeFor(...names);
    assert.deepEqual(titlesOf((await store.load(NOW)).headlines, names[0]), titlesOf(first, 'A'), names[0]);
    await store.collect(NOW + at * 60_000, unending);
    const { headlines } = await storeFor(...names).load(NOW);
    assert.deepEqual(titlesOf(headlines, names[0]), titlesOf(first, 'A'), names[0]);
    assert.deepEqual(titlesOf(headlines, names[1]), titlesOf(first, 'B'), names[1]);
    assert.equal((await stateStore.headlines(undefined))?.texts.size, 6, 'none is kept twice');
  }
  const remembered = (await stateStore.read('feeds')) ?? '';
  assert.doesNotMatch(remembered, /secret|127\.0\.0\.1/);
  // The format of earlier versions.
  const [key = ''] = Object.entries(JSON.parse(remembered)).flatMap(([one, poll]) =>
    (poll as { name: string }).name === 'C' ? [one] : [],
  );
  const { [key]: poll, ...rest } = JSON.parse(remembered);
  await stateStore.write('feeds', JSON.stringify({ ...rest, [addresses[0] ?? '']: poll }));
  const store = storeFor('C', 'B');
  assert.ok((await store.load(NOW)).polls[addresses[0] ?? ''], 'the next poll is not too early');
  await store.collect(NOW + 60 * 60_000, unending);
  assert.doesNotMatch((await stateStore.read('feeds')) ?? '', /secret/);
});

test('each installation keeps one delay, within the first tenth of the interval', async (t) => {
  const settings = {
    exchanges: EXCHANGES.map((exchange) => ({ ...exchange, url: UNREACHABLE_URL })),
    fearAndGreedUrl: UNREACHABLE_URL,
    newsFeeds: [{ name: 'feed', address: UNREACHABLE_URL }],
    halfLife: 6 * HOUR,
    interval: 30_000,
  };
  const delays = new Set<number>();
  for (let installation = 0; installation < 8; installation += 1) {
    const stateStore = await openMemory(t);
    const [first, second] = [
      openLive(settings, { stateStore, outbound, onInvalidState: unfit }),
      openLive(settings, { stateStore, outbound, onInvalidState: unfit }),
    ];
    const delay = await first.tickDelayMs();
    assert.ok(delay >= 0 && delay < 3000, `${delay}`);
    assert.equal(await second.tickDelayMs(), delay);
    delays.add(delay);
    const daily = openLive(
      { ...settings, interval: 24 * HOUR },
      { stateStore, outbound, onInvalidState: unfit },
    );
    assert.ok((await daily.tickDelayMs()) < 6000, 'with long intervals sooner');
    await Promise.all([first, second, daily].map((source) => source[Symbol.asyncDispose]()));
  }
  assert.equal(delays.size, 8);
});

/** The same stateStore, each of whose answers and acknowledgements comes a random while later. */
function slowly(stateStore: StateStore, random: () => number): StateStore {
  const late = async <T>(promise: Promise<T>): Promise<T> => {
    const result = await promise;
    for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await setImmediate();
    return result;
  };
  return {
    read: (name) => late(stateStore.read(name)),
    write: (name, text) => late(stateStore.write(name, text)),
    settle: (name, text) => late(stateStore.settle(name, text)),
    headlines: (mark) => late(stateStore.headlines(mark)),
    changeHeadlines: (change) => late(stateStore.changeHeadlines(change)),
  };
}

test('overlapping reads of a slow state store end with the stored set', async (t) => {
  const stateStore = await openMemory(t);
  const parser = testParser();
  const random = seededRandom(t)(0);
  const feed = await startFeed(t);
  const feeds = [{ name: 'A', address: feed.url }];
  const storeOn = (one: StateStore) =>
    createHeadlineStore({
      stateStore: one,
      savedPolls: createSavedPolls(one, unfit),
      onInvalidState: unfit,
      feeds,
      collector: createCollector({
        outbound,
        feeds,
        parser,
        judge: plainly,
        installation: 'one',
      }),
    });
  const slow = storeOn(slowly(stateStore, random));
  let now = NOW;
  for (let round = 0; round < 20; round += 1) {
    now += HOUR;
    feed.show([{ title: `Bitcoin story ${round} [0.5]`, date: now - 1000 }]);
    const id = `elsewhere-${round}`;
    const elsewhere = { id, story: id, title: id, published: now, source: 'A', ...plainly(id) };
    const change = { keep: new Map([[`A\n${id}`, JSON.stringify(elsewhere)]]), forget: [] };
    const other = async () => {
      for (let turns = Math.floor(random() * 40); turns > 0; turns -= 1) await setImmediate();
      await stateStore.changeHeadlines(change);
    };
    const learnings = Array.from({ length: 5 }, async () => {
      for (let turns = Math.floor(random() * 40); turns > 0; turns -= 1) await setImmediate();
      await slow.load(now);
    });
    await Promise.all([slow.collect(now, unending), other(), ...learnings]);
    const [known, kept] = await Promise.all([slow.load(now), storeOn(stateStore).load(now)]);
    assert.deepEqual(known.headlines, kept.headlines, `after round ${round}`);
  }
});
