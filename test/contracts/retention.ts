import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HistoryBucket } from '../../src/domain/bucket.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { bucketStart, WIDTHS, type Width } from '../../src/domain/time/bucket-width.ts';
import type { Range } from '../../src/domain/time/range.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { add, type Sums, toBucket } from '../../src/stores/sums.ts';
import { assertSameBuckets, bucketsOf, HISTORIES } from './history.ts';
import { createModel } from './model.ts';
import { foreignPrice, samplesAt } from './random-samples.ts';
import type { StoreUnderTest } from './store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.UTC(2026, 0, 5);
const EVER: Range = { from: Date.UTC(2009, 0, 3), to: Date.UTC(2027, 0, 1) };
const COARSE: readonly Width[] = [WIDTHS['1h'], WIDTHS['4h'], WIDTHS['1d'], WIDTHS['1w']];
/** Later than every hold. */
const NOW = Date.UTC(2030, 0, 1);
const { signal } = new AbortController();

async function allSamples(store: SampleStore, range: Range = EVER): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const slice of store.range(range)) samples.push(...slice);
  return samples;
}

async function allBuckets(store: SampleStore): Promise<HistoryBucket[][]> {
  const all: HistoryBucket[][] = [];
  for (const width of COARSE) all.push(await bucketsOf(store, EVER, width));
  return all;
}

/** Ten days of every 17 minutes, with values that a second sum would give other last digits. */
const SAMPLES: readonly Sample[] = Array.from({ length: 847 }, (_, index) => ({
  time: START + index * 1_020_000 + 7,
  ...(index % 5 !== 1 && { price: 30_000 + ((index * 7919) % 1009) / 7 }),
  ...((index % 3 !== 2 || index % 5 === 1) && { sentiment: ((index * 31) % 199) / 100 - 0.99 }),
}));

const sumsOf = ({ price = 0, priceMin, priceMax, sentiment = 0, ...counts }: HistoryBucket): Sums => [
  price * counts.priceSamples,
  counts.priceSamples,
  priceMin ?? null,
  priceMax ?? null,
  sentiment * counts.sentimentSamples,
  counts.sentimentSamples,
];

/** The rules of a store that trims: samples in a model, and hours that outlive them. */
function createTrimmedModel() {
  const samples = createModel();
  const final = new Map<number, HistoryBucket>();
  let rawSince = 0;
  const hourOf = (time: number) => time - (time % HOUR);
  const model = {
    samples,
    rawSince: () => rawSince || undefined,
    oldest() {
      const first = samples.oldest() ?? Number.POSITIVE_INFINITY;
      const oldest = Math.min(...final.keys(), first < rawSince ? hourOf(first) : first);
      return Number.isFinite(oldest) ? oldest : undefined;
    },
    append: (added: readonly Sample[]) =>
      samples.append(added.filter(({ time }) => time >= rawSince || !final.has(hourOf(time)))),
    trim(before: number) {
      for (const hour of samples.buckets({ from: EVER.from, to: before }, HOUR)) {
        if (!final.has(hour.start)) final.set(hour.start, hour);
      }
      // Invalid prices are trimmed too, although no bucket has them.
      if (samples.remove({ from: -1, to: before }) > 0) rawSince = Math.max(rawSince, before);
    },
    remove(range: Range) {
      for (const start of [...final.keys()]) {
        if (start >= range.from && start + HOUR <= range.to) final.delete(start);
      }
      return samples.remove(range);
    },
    buckets(width: Width): HistoryBucket[] {
      const groups = new Map<number, Sums>();
      const hours = [...final.values(), ...samples.buckets(EVER, HOUR)];
      for (const hour of hours.sort((one, other) => one.start - other.start)) {
        const start = bucketStart(hour.start, width);
        const sums = groups.get(start);
        if (sums) add(sums, sumsOf(hour));
        else groups.set(start, sumsOf(hour));
      }
      return [...groups].map(([start, sums]) => toBucket(start, sums));
    },
  };
  return model;
}

const time = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 300 }).map((step) => START + step * 1_900_000) },
  { weight: 2, arbitrary: fc.integer({ min: -9, max: 9 }).map((day) => START + day * DAY) },
  { weight: 1, arbitrary: fc.constantFrom(Date.UTC(2009, 0, 3), Date.UTC(2016, 1, 29)) },
);
const midnight = fc.integer({ min: -12, max: 8 }).map((day) => START + day * DAY);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      samples: fc.array(samplesAt(time), { maxLength: 12 }),
      isBeside: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('trim' as const), before: midnight }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('intrude' as const), sample: samplesAt(time, foreignPrice) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), one: time, other: time }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repair' as const) }) },
);

/** What every store must do when samples are trimmed. */
export function retentionContract({ name, options, open, openBeside, intrude }: StoreUnderTest): void {
  test(`${name}: a price before the trimmed samples counts, however old it is`, options, async (t) => {
    const store = await open(t);
    const day = { time: START + 40 * DAY, sentiment: 0.5 };
    await store.append([{ time: START + DAY, price: 7 }, day], signal);
    await store.trim(START + 3 * DAY, NOW, signal);
    // In an hour without averages, whose samples are stored.
    const old = { time: START + 2 * DAY, price: 9 };
    assert.equal((await store.append([old], signal)).added, 1);
    const newest = await store.newest(day.time);
    assert.equal(newest.sentiment, day.time);
    assert.ok(newest.price !== undefined && newest.price < day.time, `${newest.price}`);
  });

  test(`${name}: hours and days outlive their samples to the last digit`, options, async (t) => {
    const store = await open(t);
    await store.append(SAMPLES, signal);
    await store.repair(signal);
    const before = await allBuckets(store);
    const hours = await store.threeHours(NOW);
    const cut = START + 6 * DAY;
    assert.equal(await store.rawSince(), undefined);
    assert.ok((await store.trim(cut, NOW, signal)) > 0);
    assert.equal(await store.rawSince(), cut);
    const rest = SAMPLES.filter((sample) => sample.time >= cut);
    assert.deepEqual(await allSamples(store), rest);
    assert.equal(await store.oldest(), START);
    for (const look of [store, await openBeside(t, store)]) {
      assert.deepEqual(await allBuckets(look), before);
      assert.deepEqual(await look.threeHours(NOW), hours);
    }
    assert.equal(await store.trim(cut, NOW, signal), 0, 'nothing is left to trim');
  });

  test(`${name}: nothing recomputes hours whose samples were trimmed`, options, async (t) => {
    const store = await open(t);
    await store.append(SAMPLES, signal);
    await store.repair(signal);
    const cut = START + 6 * DAY;
    await store.trim(cut, NOW, signal);
    const before = await allBuckets(store);

    const again = await store.append(SAMPLES, signal);
    assert.deepEqual(again, { added: 0, duplicates: SAMPLES.length }, 'trimmed samples are duplicates');
    assert.deepEqual(await store.append([{ time: START + 1, price: 1 }], signal), {
      added: 0,
      duplicates: 1,
    });
    for (const at of [START + 1, START + DAY + HOUR + 1, cut - 1]) {
      await intrude(store, { time: at, price: 77, sentiment: 0.5 });
    }
    for (let round = 0; round < 3; round += 1) await store.repair(signal);
    assert.deepEqual(await allBuckets(store), before);
    await store.trim(cut, NOW, signal);
    assert.deepEqual(
      (await allSamples(store)).map((sample) => sample.time).filter((at) => at < cut),
      [],
      'what another program adds to trimmed hours is trimmed',
    );
    assert.deepEqual(await allBuckets(store), before);
  });

  test(`${name}: an hour without averages can still be imported before the cut`, options, async (t) => {
    const store = await open(t);
    await store.append(SAMPLES, signal);
    const cut = START + 6 * DAY;
    await store.trim(cut, NOW, signal);
    const old = START - 400 * DAY;
    // Both are of one hour, and the first is not trimmed before the second.
    assert.equal((await store.append([{ time: old + 1, price: 1 }], signal)).added, 1);
    const more = [
      { time: old + 2, price: 2, sentiment: 0.5 },
      { time: old + 1, price: 9 },
    ];
    assert.deepEqual(await store.append(more, signal), { added: 1, duplicates: 1 });
    await store.holdTrim(NOW + 1);
    assert.equal(await store.trim(cut, NOW, signal), 0, 'an import holds it');
    await (await openBeside(t, store)).holdTrim(NOW - 1);
    assert.equal(await store.trim(cut, NOW, signal), 0, 'another process cannot shorten it');
    await store.holdTrim(NOW + 366 * DAY);
    const before = await allBuckets(store);
    assert.ok((await store.trim(cut, NOW + 1, signal)) > 0, 'a hold of a wrong clock counts for nothing');
    assert.deepEqual(await store.append(more, signal), { added: 0, duplicates: 2 });
    assert.deepEqual(await allBuckets(store), before);
    const [hour] = await bucketsOf(store, { from: old, to: old + 1 }, HOUR);
    assert.deepEqual(hour, {
      start: old,
      price: 1.5,
      priceMin: 1,
      priceMax: 2,
      sentiment: 0.5,
      priceSamples: 2,
      sentimentSamples: 1,
    });
    assert.equal(await store.oldest(), old);
  });

  test(`${name}: an hour that was imported before the cut can be deleted in part`, options, async (t) => {
    const store = await open(t);
    await store.append(SAMPLES, signal);
    await store.trim(START + 6 * DAY, NOW, signal);
    const old = START - 400 * DAY;
    await store.append(
      [1, 2, HOUR + 1].map((after) => ({ time: old + after, price: after })),
      signal,
    );
    assert.equal(await store.remove({ from: old + 2, to: old + HOUR }, signal), 1);
    const range = { from: old, to: old + DAY };
    const hour = { start: old, price: 1, priceMin: 1, priceMax: 1, priceSamples: 1, sentimentSamples: 0 };
    const [first, second] = await bucketsOf(store, range, HOUR);
    assert.deepEqual(first, hour);
    assert.equal(second?.priceSamples, 1);
    assert.equal((await bucketsOf(store, range, DAY))[0]?.priceSamples, 2);
  });

  test(`${name}: a deletion takes whole trimmed hours, and no part of one`, options, async (t) => {
    const store = await open(t);
    await store.append(SAMPLES, signal);
    await store.trim(START + 6 * DAY, NOW, signal);
    const hours = await bucketsOf(store, EVER, HOUR);
    await store.remove({ from: START + DAY + 1, to: START + 2 * DAY + HOUR + 1 }, signal);
    const isLeft = ({ start }: HistoryBucket) =>
      start < START + DAY + HOUR || start >= START + 2 * DAY + HOUR;
    assert.deepEqual(await bucketsOf(store, EVER, HOUR), hours.filter(isLeft));
    const days = await bucketsOf(store, EVER, DAY);
    assert.equal(days[1]?.priceSamples, hours.find(({ start }) => start === START + DAY)?.priceSamples);
  });

  test(`${name}: any history with trims is that of the model`, options, async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const store = await open(t);
        const beside = await openBeside(t, store);
        const model = createTrimmedModel();
        for (const one of steps) {
          if (one.kind === 'append') {
            const appended = await (one.isBeside ? beside : store).append(one.samples, signal);
            assert.equal(appended.added, model.append(one.samples).added, 'added');
          } else if (one.kind === 'intrude') {
            if (one.sample.time < (model.rawSince() ?? 0) || model.samples.holds(one.sample.time)) continue;
            await intrude(store, one.sample);
            model.samples.append([one.sample]);
            await store.repair(signal);
          } else if (one.kind === 'remove') {
            const range = { from: Math.min(one.one, one.other), to: Math.max(one.one, one.other) + 1 };
            assert.equal(await store.remove(range, signal), model.remove(range), 'removed');
          } else if (one.kind === 'trim') {
            await store.repair(signal);
            const before = await allBuckets(beside);
            await store.trim(one.before, NOW, signal);
            assert.deepEqual(await allBuckets(beside), before, 'a trim changes no digit');
            model.trim(one.before);
          } else await store.repair(signal);
          assert.equal(await beside.rawSince(), model.rawSince(), 'rawSince');
        }
        assert.deepEqual(await allSamples(beside), model.samples.range(EVER.from, EVER.to));
        assert.equal(await beside.oldest(), model.oldest(), 'oldest');
        for (const width of COARSE) {
          assertSameBuckets(await bucketsOf(beside, EVER, width), model.buckets(width), `width ${width}`);
        }
      }),
      { numRuns: Math.ceil(HISTORIES / 8) },
    );
  });
}
