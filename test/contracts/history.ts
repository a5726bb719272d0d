import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { HistoryBucket, Hour } from '../../src/domain/bucket.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { WIDTHS, type Width, widen } from '../../src/domain/time/bucket-width.ts';
import type { Range } from '../../src/domain/time/range.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { eventually } from '../support/eventually.ts';
import { hoursIn } from '../support/hour-columns.ts';
import { createModel } from './model.ts';
import { foreignPrice, samplesAt } from './random-samples.ts';
import type { StoreUnderTest } from './store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday: weeks, days and hours begin there. */
const START = Date.UTC(2026, 0, 5);
/** All samples are within. Each year costs each read on Redis two round trips. */
const EVER: Range = { from: Date.UTC(2009, 0, 3), to: Date.UTC(2027, 0, 1) };
const signal = new AbortController().signal;

export async function bucketsOf(store: SampleStore, range: Range, width: Width): Promise<HistoryBucket[]> {
  const buckets: HistoryBucket[] = [];
  for await (const slice of store.buckets(widen(range, width), width)) buckets.push(...slice);
  return buckets;
}

export async function hoursOf(store: SampleStore, range: Range): Promise<Hour[]> {
  const hours: Hour[] = [];
  for await (const slice of store.hours(widen(range, WIDTHS['1h']))) hours.push(...hoursIn(slice));
  return hours;
}

const isNear = (one = 0, other = 0) =>
  one === other || Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(other), 1e-3);

/** All but the means to the last digit; the means within 1e-9, relative. */
export function assertSameBuckets(
  actual: readonly HistoryBucket[],
  expected: readonly HistoryBucket[],
  what: string,
): void {
  const exact = (buckets: readonly HistoryBucket[]) =>
    buckets.map(({ price, sentiment, ...rest }) => ({
      ...rest,
      hasPrice: price !== undefined,
      hasSentiment: sentiment !== undefined,
    }));
  assert.deepEqual(exact(actual), exact(expected), what);
  for (const [index, { start, price, sentiment }] of expected.entries()) {
    const other = actual[index];
    assert.ok(isNear(other?.price, price), `${what}, ${start}: price ${other?.price} is not ${price}`);
    assert.ok(
      isNear(other?.sentiment, sentiment),
      `${what}, ${start}: sentiment ${other?.sentiment} is not ${sentiment}`,
    );
  }
}

/** The prices at the ends to the last digit; the means within 1e-9, relative. */
export function assertSameHours(actual: readonly Hour[], expected: readonly Hour[]): void {
  const exact = (hours: readonly Hour[]) =>
    hours.map(({ start, firstPrice, lastPrice }) => [start, firstPrice, lastPrice]);
  assert.deepEqual(exact(actual), exact(expected));
  for (const [index, { start, price, sentiment }] of expected.entries()) {
    const other = actual[index];
    assert.ok(isNear(other?.price, price), `${start}: price ${other?.price} is not ${price}`);
    assert.ok(isNear(other?.sentiment, sentiment), `${start}: ${other?.sentiment} is not ${sentiment}`);
  }
}

/** Each takes a quarter of a second on a busy machine. */
export const HISTORIES = Number(process.env['HISTORIES'] ?? 120);

const edges = [0, HOUR, 4 * HOUR, DAY, 7 * DAY, 14 * DAY].map((after) => START + after);
// Few of them, so that they meet; many at the edges of buckets; some years away.
const time = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 400 }).map((step) => START + step * 30_000) },
  { weight: 2, arbitrary: fc.integer({ min: -9 * 24, max: 9 * 24 }).map((hour) => START + hour * HOUR + 17) },
  { weight: 3, arbitrary: fc.constantFrom(...edges.flatMap((edge) => [edge - 1, edge])) },
  { weight: 1, arbitrary: fc.constantFrom(Date.UTC(2009, 0, 3), Date.UTC(2016, 1, 29), START - 40 * DAY) },
);
const sample = samplesAt(time);
const range = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(time, time).map(([one, other]) => [one, other + 1] as const) },
  { weight: 1, arbitrary: fc.constant([EVER.from, EVER.to] as const) },
);
const ordered = range.map(
  ([one, other]): Range => ({
    from: Math.min(one, other),
    to: Math.max(one, other),
  }),
);
const width = fc.constantFrom(...Object.values(WIDTHS));

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      samples: fc.array(sample, { maxLength: 12 }),
      isBeside: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      range: ordered,
      isBeside: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('intrude' as const), sample: samplesAt(time, foreignPrice) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const), range: ordered, width }) },
);

/** What every store must do with the history of its samples. */
export function historyContract({ name, options, open, openBeside, intrude, clear }: StoreUnderTest): void {
  test(`${name}: is empty at first`, options, async (t) => {
    const store = await open(t);
    assert.equal(await store.oldest(), undefined);
    assert.deepEqual(await bucketsOf(store, EVER, WIDTHS['1w']), []);
    assert.equal(await store.remove(EVER, signal), 0);
    await store.repair(signal);
    assert.equal(await store.repair(signal), false);
  });

  test(`${name}: weeks begin on Monday, other buckets at the epoch`, options, async (t) => {
    const store = await open(t);
    const sunday = START - 1;
    await store.append(
      [
        { time: START, price: 3, sentiment: 0.5 },
        { time: sunday, price: 1 },
        { time: START + 7 * DAY - 1, price: 8 },
        { time: START + 7 * DAY, sentiment: -1 },
      ],
      signal,
    );
    assert.deepEqual(await bucketsOf(store, { from: sunday, to: START + 7 * DAY + 1 }, WIDTHS['1w']), [
      { start: START - 7 * DAY, price: 1, priceMin: 1, priceMax: 1, priceSamples: 1, sentimentSamples: 0 },
      {
        start: START,
        price: 5.5,
        priceMin: 3,
        priceMax: 8,
        sentiment: 0.5,
        priceSamples: 2,
        sentimentSamples: 1,
      },
      { start: START + 7 * DAY, sentiment: -1, priceSamples: 0, sentimentSamples: 1 },
    ]);
    for (const [of, starts] of [
      [WIDTHS['1d'], [START - DAY, START, START + 6 * DAY, START + 7 * DAY]],
      [WIDTHS['4h'], [START - 4 * HOUR, START, START + 7 * DAY - 4 * HOUR, START + 7 * DAY]],
      [WIDTHS['30s'], [START - 30_000, START, START + 7 * DAY - 30_000, START + 7 * DAY]],
    ] as const) {
      const buckets = await bucketsOf(store, EVER, of);
      assert.deepEqual(
        buckets.map(({ start }) => start),
        starts,
      );
    }
  });

  test(`${name}: ignores invalid prices`, options, async (t) => {
    const store = await open(t);
    await store.append([{ time: START + 1, price: 5, sentiment: 0.5 }], signal);
    const foreign = [
      { time: START - 90 * DAY, price: 1e13 },
      { time: START, price: 1.7e308 },
      { time: START + 2, price: Number.MAX_VALUE, sentiment: -0.5 },
      { time: START + 3, price: -1 },
      { time: START + 40 * DAY, price: 2e12 },
    ];
    for (const sample of foreign) await intrude(store, sample);
    const latest = START + 50 * DAY;
    const bucket = { start: START, price: 5, sentiment: 0, priceSamples: 1, sentimentSamples: 2 };
    for (let repairs = 0; repairs < 3; repairs += 1) {
      for (const of of Object.values(WIDTHS)) {
        assert.deepEqual(
          await bucketsOf(store, EVER, of),
          [{ ...bucket, priceMin: 5, priceMax: 5 }],
          `width ${of}`,
        );
      }
      await store.repair(signal);
    }
    assert.equal(await store.repair(signal), false);
    assert.equal(await store.oldest(), START + 1);
    assert.deepEqual(await store.newest(latest), { price: START + 1, sentiment: START + 2 });
    assert.deepEqual((await store.threeHours(latest))?.hours[2], bucket);
    const samples = [];
    for await (const slice of store.range(EVER)) samples.push(...slice);
    assert.deepEqual(samples, [
      { time: START + 1, price: 5, sentiment: 0.5 },
      { time: START + 2, sentiment: -0.5 },
    ]);
    assert.equal(await store.remove(EVER, signal), 6);
  });

  test(`${name}: finds what replaced an ignored price`, options, async (t) => {
    const store = await open(t);
    const beside = await openBeside(t, store);
    const samples = Array.from({ length: 40 }, (_, day) => ({ time: START + day * DAY, price: day + 1 }));
    await store.append(samples, signal);
    const [invalid, valid] = [START + 9 * DAY + 1, START + 9 * DAY + 2];
    await intrude(store, { time: invalid, price: -1 });
    await store.repair(signal);
    assert.equal(await beside.remove({ from: invalid, to: valid }, signal), 1);
    await intrude(store, { time: valid, price: 7 });
    await store.repair(signal);
    const model = createModel();
    model.append([...samples, { time: valid, price: 7 }]);
    assertSameBuckets(await bucketsOf(store, EVER, DAY), model.buckets(EVER, DAY), 'days');
  });

  test(`${name}: its version changes exactly when the samples change, in any process`, options, async (t) => {
    const store = await open(t);
    const beside = await openBeside(t, store);
    await store.repair(signal);
    const samples: Sample[] = [START, START + HOUR].map((time) => ({ time, price: 5 }));
    const changes: (() => Promise<unknown>)[] = [
      () => store.append(samples, signal),
      () => beside.append([{ time: START + 1, price: 6 }], signal),
      () => intrude(store, { time: START + 2, price: 7 }),
      () => store.append([{ time: START, sentiment: 0.5 }], signal),
      () => beside.remove({ from: START + 2, to: START + 3 }, signal),
      () => store.remove({ from: START + 1, to: START + 2 }, signal),
    ];
    const versions = new Set([await store.version()]);
    for (const [index, change] of changes.entries()) {
      await change();
      await eventually(`change ${index} changed the version`, async () => {
        const version = await store.version();
        const isNew = !versions.has(version);
        versions.add(version);
        return isNew;
      });
    }
    // What other programs changed may be noticed a second later.
    await sleep(1100);
    const version = await store.version();
    await bucketsOf(store, EVER, HOUR);
    assert.equal((await store.append(samples, signal)).added, 0);
    await sleep(1100);
    assert.equal(await store.version(), version);
  });

  test(`${name}: stores deleted samples again, whichever process deleted them`, options, async (t) => {
    const store = await open(t);
    const beside = await openBeside(t, store);
    const day = Array.from({ length: 2880 }, (_, index): Sample => {
      return { time: START + index * 30_000, price: 100 + index, ...(index % 3 > 0 && { sentiment: 0.5 }) };
    });
    const part: Range = { from: START + HOUR, to: START + 2 * HOUR };
    const appended = async (samples: readonly Sample[]) => (await store.append(samples, signal)).added;
    assert.equal(await appended(day), day.length);
    for (const remover of [store, beside, store, beside]) {
      assert.equal(await appended(day), 0);
      assert.equal(await remover.remove(part, signal), 120);
      assert.equal(await appended(day), 120);
    }
    const late: Sample = { time: START + 15_000, price: 7 };
    assert.equal((await beside.append([late], signal)).added, 1);
    const filled = { time: START, sentiment: -1 };
    assert.equal(await appended([...day, late, filled]), 1);
    assert.equal(await appended([...day, late, filled]), 0);
    const model = createModel();
    model.append([...day, late, filled]);
    assertSameBuckets(await bucketsOf(store, EVER, HOUR), model.buckets(EVER, HOUR), 'hours');
  });

  test(`${name}: removes a range with an exclusive end, in many slices`, options, async (t) => {
    const store = await open(t);
    const samples = Array.from({ length: 9000 }, (_, index): Sample => {
      const at = START + index * 30_000;
      return index % 2 === 0
        ? { time: at, price: index + 1 }
        : { time: at, price: index + 1, sentiment: 0.5 };
    });
    const model = createModel();
    const kept = [...samples.slice(0, 500), ...samples.slice(8999)];
    await store.append(samples, signal);
    const [from = 0, to = 0] = [samples[500]?.time, samples[8999]?.time];
    await assert.rejects(store.remove({ from, to }, AbortSignal.abort(new Error('enough'))), /enough/);
    assert.equal(await store.remove({ from, to }, signal), 8499);
    assert.equal(await store.remove({ from, to }, signal), 0);
    model.append(kept);
    for (const of of Object.values(WIDTHS)) {
      assertSameBuckets(await bucketsOf(store, EVER, of), model.buckets(EVER, of), `width ${of}`);
    }
    assert.deepEqual(await store.append(samples, signal), { added: 8499, duplicates: 501 });
  });

  test(`${name}: two concurrent writers leave correct buckets`, options, async (t) => {
    const store = await open(t);
    const beside = await openBeside(t, store);
    const samples = Array.from({ length: 4000 }, (_, index): Sample => {
      const at = START + ((index * 7919) % 4001) * 45_000;
      return { time: at, price: (index % 100) + 1, sentiment: (index % 21) / 10 - 1 };
    });
    const model = createModel();
    model.append(samples);
    const [one, other] = await Promise.all([
      store.append(samples, signal),
      beside.append(samples.toReversed(), signal),
    ]);
    assert.equal(one.added + other.added, samples.length);
    for (const of of Object.values(WIDTHS)) {
      const expected = model.buckets(EVER, of);
      assertSameBuckets(await bucketsOf(store, EVER, of), expected, `width ${of}`);
      assertSameBuckets(await bucketsOf(beside, EVER, of), expected, `width ${of}, beside`);
    }
  });

  test(`${name}: agrees with the model on random histories of two writers`, options, async (t) => {
    const store = await open(t);
    const beside = await openBeside(t, store);
    const looks = fc.array(fc.record({ range: ordered, width }), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), looks, async (steps, last) => {
        const model = createModel();
        await clear(store);
        await store.repair(signal);
        const look = async ({ range, width }: { range: Range; width: Width }) => {
          const whole = widen(range, width);
          const expected = model.buckets(whole, width);
          assertSameBuckets(await bucketsOf(store, whole, width), expected, `width ${width}`);
          assertSameHours(await hoursOf(store, range), model.hours(widen(range, WIDTHS['1h'])));
        };
        for (const one of steps) {
          if (one.kind === 'append') {
            const writer = one.isBeside ? beside : store;
            assert.deepEqual(await writer.append(one.samples, signal), model.append(one.samples));
          } else if (one.kind === 'remove') {
            const writer = one.isBeside ? beside : store;
            assert.equal(await writer.remove(one.range, signal), model.remove(one.range));
          } else if (one.kind === 'intrude') {
            if (model.holds(one.sample.time)) continue;
            await intrude(store, one.sample);
            model.append([one.sample]);
            await store.repair(signal);
          } else {
            await look(one);
          }
        }
        for (const one of last) await look(one);
        assert.equal(await store.oldest(), model.oldest());
        assert.equal(await store.repair(signal), false, 'nothing is left to be mended');
      }),
      { numRuns: HISTORIES },
    );
  });
}
