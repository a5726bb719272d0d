import assert from 'node:assert/strict';
import { type TestContext, type TestOptions, test } from 'node:test';
import fc from 'fast-check';
import type { Sample } from '../../src/domain/sample.ts';
import type { ThreeHours } from '../../src/domain/summary.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { historyContract } from './history.ts';
import { createModel } from './model.ts';
import { foreignPrice, samplesAt, sentiment } from './random-samples.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const signal = new AbortController().signal;

export interface StoreUnderTest {
  readonly name: string;
  readonly options: TestOptions;
  /** An empty store; closed after the test. */
  open(t: TestContext): Promise<SampleStore>;
  /** The same store as another process has it; closed after the test. */
  openBeside(t: TestContext, store: SampleStore): Promise<SampleStore>;
  /** Puts a sample there as another writer would, without our validation; then the store again. */
  intrude(store: SampleStore, sample: Sample): Promise<void>;
  /** Empties it between two histories. */
  clear(store: SampleStore): Promise<void>;
}

/** Stores sum in different ways: equal within 1e-9, relative. */
function assertSame(actual: ThreeHours | undefined, expected: ThreeHours | undefined): void {
  const near = (one: number | undefined, other: number | undefined) =>
    one === other ||
    (one !== undefined &&
      other !== undefined &&
      Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(other), 1e-3));
  const exact = (hours: ThreeHours | undefined) =>
    hours && { ...hours, hours: hours.hours.map(({ price, sentiment, ...rest }) => rest) };
  assert.deepEqual(exact(actual), exact(expected));
  for (const [index, hour] of (expected?.hours ?? []).entries()) {
    const other = actual?.hours[index];
    assert.ok(near(other?.price, hour.price), `price ${other?.price} is not ${hour.price}`);
    assert.ok(
      near(other?.sentiment, hour.sentiment),
      `sentiment ${other?.sentiment} is not ${hour.sentiment}`,
    );
  }
}

// Times meet often: few of them, around the edges of hours, some a day and some years apart.
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }).map((step) => START + step * 60_000) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(START - 1, START, START + HOUR - 1, START + HOUR, START + 5 * HOUR - 1),
  },
  { weight: 1, arbitrary: fc.constantFrom(START - 40 * 24 * HOUR, START - 24 * HOUR, Date.UTC(2009, 0, 3)) },
);
const sample = samplesAt(time);
const history = fc.record({
  batches: fc.array(fc.array(sample, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
  repeats: fc.boolean(),
  intruder: fc.option(
    fc.record({
      time: fc.constantFrom(START + 6 * HOUR, Date.UTC(2286, 10, 20), START + 30),
      price: foreignPrice,
      sentiment,
    }),
    { nil: undefined },
  ),
  latest: fc.constantFrom(START + 5 * HOUR, START + 2.5 * HOUR, START + HOUR),
});

async function all(store: SampleStore, from: number, to: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const slice of store.range({ from, to })) samples.push(...slice);
  return samples;
}

/** What every store must do, whatever it is made of. */
export function storeContract(underTest: StoreUnderTest): void {
  const { name, options, open, intrude, clear } = underTest;
  historyContract(underTest);

  test(`${name}: has no samples at first`, options, async (t) => {
    const store = await open(t);
    assert.equal(await store.threeHours(START), undefined);
    assert.deepEqual(await store.newest(START), {});
    assert.deepEqual(await store.append([], signal), { added: 0, duplicates: 0 });
    await store.check();
  });

  test(`${name}: the first write wins, for each value separately`, options, async (t) => {
    const store = await open(t);
    assert.deepEqual(await store.append([{ time: START, price: 5 }], signal), { added: 1, duplicates: 0 });
    const second = [{ time: START, price: 6, sentiment: 0.5 }];
    assert.deepEqual(await store.append(second, signal), { added: 1, duplicates: 0 });
    assert.deepEqual(await store.append([...second, { time: START, sentiment: 0.9 }], signal), {
      added: 0,
      duplicates: 2,
    });
    const hours = await store.threeHours(START);
    assert.deepEqual(hours?.hours[2], {
      start: START,
      price: 5,
      sentiment: 0.5,
      priceSamples: 1,
      sentimentSamples: 1,
    });
  });

  test(`${name}: counts within one call in order, however it is divided`, options, async (t) => {
    const store = await open(t);
    const times = Array.from({ length: 7000 }, (_, index) => START - (index % 3500) * 30_000);
    const samples = times.map((at) => ({ time: at, price: 1, sentiment: 0 }));
    assert.deepEqual(await store.append(samples, signal), { added: 3500, duplicates: 3500 });
    assert.deepEqual(await store.append(samples.toReversed(), signal), { added: 0, duplicates: 7000 });
  });

  test(`${name}: keeps every digit`, options, async (t) => {
    const store = await open(t);
    for (const value of [
      0.1, 33885.23, 5e-324, 1e-7, 0.30000000000000004, 999999999999.9999, 123456789.12345679,
    ]) {
      await store.append([{ time: START, price: value }], signal);
      assert.equal((await store.threeHours(START))?.hours[2].price, value);
      await clear(store);
    }
  });

  test(`${name}: returns a range in slices, complete and in order`, options, async (t) => {
    const store = await open(t);
    assert.deepEqual(await all(store, 0, START), []);
    const samples = Array.from({ length: 6000 }, (_, index): Sample => {
      const at = START + index * 1000;
      if (index % 3 === 0) return { time: at, price: index + 0.1 };
      return index % 3 === 1
        ? { time: at, sentiment: index / 6000 }
        : { time: at, price: 1 / 3, sentiment: 0 };
    });
    await store.append(samples.toReversed(), signal);
    assert.deepEqual(await all(store, START, START + 6_000_000), samples);
    assert.deepEqual(await all(store, START + 1, START + 5_000_000), samples.slice(1, 5000));
    let most = 0;
    for await (const slice of store.range({ from: START, to: START + 6_000_000 }))
      most = Math.max(most, slice.length);
    assert.ok(most <= 2000, `a slice of ${most}`);
  });

  test(`${name}: ends an append on abort`, options, async (t) => {
    const store = await open(t);
    const reason = new Error('enough');
    await assert.rejects(store.append([{ time: START, price: 1 }], AbortSignal.abort(reason)), reason);
    assert.equal(await store.threeHours(START), undefined);
  });

  test(`${name}: two concurrent appends add each sample once`, options, async (t) => {
    const store = await open(t);
    const samples = Array.from({ length: 3000 }, (_, index) => ({ time: START - index * 30_000, price: 1 }));
    const reports = await Promise.all([store.append(samples, signal), store.append(samples, signal)]);
    assert.equal(
      reports.reduce((sum, { added }) => sum + added, 0),
      3000,
    );
  });

  test(`${name}: agrees with the model on 1,000 random histories`, options, async (t) => {
    const store = await open(t);
    await fc.assert(
      fc.asyncProperty(history, async ({ batches, repeats, intruder, latest }) => {
        const model = createModel();
        await clear(store);
        for (const batch of repeats ? [...batches, ...batches.toReversed()] : batches) {
          assert.deepEqual(await store.append(batch, signal), model.append(batch));
        }
        if (intruder) {
          await intrude(store, intruder);
          model.append([intruder]);
        }
        const expected = model.threeHours(latest);
        assertSame(await store.threeHours(latest), expected);
        assert.deepEqual(await store.newest(latest), expected?.newest ?? {});
        const samples = await all(store, latest - 2 * HOUR, latest);
        assert.deepEqual(samples, model.range(latest - 2 * HOUR, latest));
      }),
      { numRuns: 1000 },
    );
  });
}
