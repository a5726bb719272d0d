import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Sample } from '../../../src/domain/sample.ts';
import { json } from '../../support/processes/service.ts';
import { STORES, startKept } from '../../support/stores/kept.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WIDTHS = {
  '30s': 30_000,
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '4h': 4 * HOUR,
  '1d': DAY,
  '1w': 7 * DAY,
} as const;
const NOW = Date.UTC(2026, 0, 7, 12, 34, 56);
/** A Monday. */
const MONDAY = Date.UTC(2000, 0, 3);

const parameters = fc.sample(fc.nat(), { seed: 71, numRuns: 20_000 });

/** Forty days, partly dense, with gaps and single values; the same in each run. */
function samples(): Sample[] {
  let time = NOW - 40 * DAY;
  const all: Sample[] = [];
  for (const [index, noise] of parameters.entries()) {
    time += 1 + (noise % 97 === 0 ? (noise % 400) * MINUTE : noise % 60_000);
    if (time > NOW) break;
    const price = 20_000 + (noise % 1_000_003) / 97;
    const sentiment = ((noise % 2001) - 1000) / 1000;
    if (index % 5 === 0) all.push({ time, price });
    else if (index % 7 === 0) all.push({ time, sentiment });
    else all.push({ time, price, sentiment });
  }
  return all;
}

function near(actual: number | null, expected: number | null, what: string): void {
  const isNear =
    actual === null || expected === null
      ? actual === expected
      : Math.abs(actual - expected) <= 1e-9 * Math.max(1e-3, Math.abs(expected));
  assert.ok(isNear, `${what}: ${actual}, ${expected}`);
}

/** A simple model: loops over all samples. */
function naive(all: readonly Sample[], from: number, width: number) {
  const of = (name: 'price' | 'sentiment') =>
    all
      .filter(({ time }) => time >= from && time < from + width)
      .map((sample) => sample[name])
      .filter((value) => value !== undefined);
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const [prices, sentiments] = [of('price'), of('sentiment')];
  return {
    price: mean(prices),
    price_min: prices.length > 0 ? Math.min(...prices) : null,
    price_max: prices.length > 0 ? Math.max(...prices) : null,
    sentiment: mean(sentiments),
    price_samples: prices.length,
    sentiment_samples: sentiments.length,
  };
}

const question = fc.record({
  bucket: fc.constantFrom(...(Object.keys(WIDTHS) as (keyof typeof WIDTHS)[])),
  end: fc.integer({ min: NOW - 41 * DAY, max: NOW + DAY }),
  /** In buckets. */
  length: fc.double({ min: 0.0001, max: 60, noNaN: true }),
  format: fc.constantFrom('json', 'csv'),
});

for (const [name, options] of STORES) {
  test(`${name}: every bucket is the average of its samples, at all boundaries`, options, async (t) => {
    const service = await startKept(t, name, () => NOW);
    const all = samples();
    assert.ok(all.length > 10_000);
    await service.keep(all);
    await fc.assert(
      fc.asyncProperty(question, async ({ bucket, end, length, format }) => {
        const width = WIDTHS[bucket];
        const begin = end - Math.max(1, Math.round(length * width));
        const [from, to] = [begin, end].map((time) => new Date(time).toISOString());
        const response = await service.get(
          `/history?from=${from}&to=${to}&bucket=${bucket}&format=${format}`,
        );
        assert.equal(response.status, 200);
        const buckets = format === 'csv' ? parseCsv(await response.text()) : (await json(response)).buckets;

        const first = begin - ((((begin - MONDAY) % width) + width) % width);
        const expected: { start: number; values: ReturnType<typeof naive> }[] = [];
        for (let start = first; start < end; start += width) {
          const values = naive(within(all, first, end + width), start, width);
          if (values.price_samples + values.sentiment_samples > 0) expected.push({ start, values });
        }
        assert.deepEqual(
          buckets.map(({ time }: { time: string }) => Date.parse(time)),
          expected.map(({ start }) => start),
        );
        for (const [index, { values }] of expected.entries()) {
          const { time, ...actual } = buckets[index];
          assert.deepEqual(Object.keys(actual), Object.keys(values));
          for (const [key, value] of Object.entries(values)) near(actual[key], value, `${time} ${key}`);
        }
      }),
      { numRuns: 150 },
    );
  });
}

function within(all: readonly Sample[], from: number, to: number): Sample[] {
  return all.filter(({ time }) => time >= from && time < to);
}

function parseCsv(text: string): Record<string, string | number | null>[] {
  const [head = '', ...rows] = text.trimEnd().split('\r\n');
  const names = head.split(',');
  return rows.map((row) => {
    const cells = row.split(',');
    const number = (cell = '') => (cell === '' ? null : Number(cell));
    return Object.fromEntries(
      names.map((name, at) => [name, at === 0 ? (cells[0] ?? '') : number(cells[at])]),
    );
  });
}
