import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { agree, type ExchangePrice } from '../../src/exchanges/price-agreement.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

const servers = (...prices: number[]): ExchangePrice[] =>
  prices.map((price, index) => ({ exchange: 'abcdef'[index] ?? '', price, time: NOW }));

const priceOf = (prices: number[], kept?: number, age = MINUTE) =>
  agree(servers(...prices), NOW, kept === undefined ? undefined : { time: NOW - age, price: kept }).price;

const rules: readonly [
  what: string,
  expected: number | undefined,
  prices: number[],
  kept?: number,
  age?: number,
][] = [
  ['three: the median', 101, [100, 102, 101]],
  ['three, one far off: the median of all, which is one of the near', 101, [100, 101, 130]],
  ['three, another at 2 % from the median', 100, [98, 100, 130]],
  ['three, none within 2 % of the median: none', undefined, [97.9, 100, 102.1]],
  ['three, none near, though one is near what is kept: none', undefined, [90, 100, 110], 100],
  ['two within 1 %: the mean', 100.5, [100, 101]],
  ['two further apart: none', undefined, [100, 101.1]],
  ['two further apart, one near what is kept: none', undefined, [100, 130], 100],
  ['one, nothing kept', 100, [100]],
  ['one, at 5 % from what is kept', 105, [105], 100],
  ['one, further from what is kept: none', undefined, [105.1], 100],
  ['one, below what is kept by more: none', undefined, [94.9], 100],
  ['one, what is kept is ten minutes old', undefined, [130], 100, 10 * MINUTE],
  ['one, what is kept is older than ten minutes', 130, [130], 100, 10 * MINUTE + 1],
  ['none', undefined, []],
  ['four: the mean of the middle two', 100.5, [100, 101, 99.5, 130]],
  ['four, two and two: none', undefined, [100, 100, 130, 130]],
];

for (const [what, expected, prices, kept, age] of rules) {
  test(what, () => assert.equal(priceOf(prices, kept, age), expected));
}

test('a quote counts up to 60 s from now in either direction, and always without a time', () => {
  const at = (time: number | undefined): ExchangePrice => ({
    exchange: 'a',
    price: 100,
    ...(time !== undefined && { time }),
  });
  const kept = undefined;
  for (const time of [NOW - MINUTE, NOW + MINUTE, undefined]) {
    assert.equal(agree([at(time)], NOW, kept).price, 100);
  }
  assert.deepEqual(agree([at(NOW - MINUTE - 1)], NOW, kept), {
    used: [],
    unused: { a: 'its last trade is 60 s old' },
  });
  assert.deepEqual(agree([at(NOW + 86_400_000)], NOW, kept), {
    used: [],
    unused: { a: 'its last trade is 86400 s ahead' },
  });
});

test('names the exchanges that are used, and why the others are not', () => {
  assert.deepEqual(agree(servers(100, 101, 131.3), NOW, undefined), {
    price: 101,
    used: ['a', 'b'],
    unused: { c: '30 % from the median' },
  });
  assert.deepEqual(agree(servers(100, 130), NOW, undefined), {
    used: [],
    unused: { a: 'the only two exchanges are 30 % apart', b: 'the only two exchanges are 30 % apart' },
  });
  assert.deepEqual(agree(servers(130), NOW, { time: NOW, price: 100 }), {
    used: [],
    unused: { a: 'the only exchange, and 30 % from the last stored price' },
  });
});

const price = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });
const realistic = fc.double({ min: 59_000, max: 61_000, noNaN: true });
const anyTime = fc.option(fc.integer({ min: NOW - 100_000, max: NOW + 100_000 }), { nil: undefined });
const anyKept = fc.option(
  fc.record({ time: fc.integer({ min: NOW - 1_000_000, max: NOW }), price: fc.oneof(price, realistic) }),
  { nil: undefined },
);

test('one exchange never moves the price out of the range of two honest ones', () => {
  let agreed = 0;
  const bad = fc.record({ price: fc.oneof(price, realistic), time: anyTime });
  const honest = fc.tuple(fc.oneof(price, realistic), fc.double({ min: 0, max: 0.03, noNaN: true }));
  fc.assert(
    fc.property(honest, bad, anyKept, fc.nat(2), ([one, apart], { time, ...wrong }, kept, place) => {
      const other = one * (1 + apart);
      fc.pre(Number.isFinite(other));
      const quotes = servers(one, other);
      quotes.splice(place, 0, { exchange: 'bad', ...wrong, ...(time !== undefined && { time }) });
      const { price: result } = agree(quotes, NOW, kept);
      if (result === undefined) return;
      agreed += 1;
      assert.ok(result >= one && result <= other, `${result} is not in ${one}–${other}`);
    }),
    { numRuns: 2000 },
  );
  assert.ok(agreed > 200, `${agreed} of 2000 agreed`);
});

test('every exchange is either used or has a reason, and without a price none is used', () => {
  const quote = fc.record({ price: fc.oneof(price, realistic), time: anyTime });
  fc.assert(
    fc.property(fc.array(quote, { maxLength: 5 }), anyKept, (quotes, kept) => {
      const named = quotes.map(({ time, price }, index) => ({
        exchange: `v${index}`,
        price,
        ...(time !== undefined && { time }),
      }));
      const { price: result, used, unused } = agree(named, NOW, kept);
      const told = [...used, ...Object.keys(unused)];
      assert.deepEqual(
        told.toSorted(),
        named.map(({ exchange }) => exchange),
      );
      assert.equal(used.length > 0, result !== undefined);
      assert.ok(result === undefined || (result > 0 && Number.isFinite(result)));
    }),
  );
});
