import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hour } from '../../src/domain/bucket.ts';
import { HORIZON_NAMES, HORIZONS } from '../../src/domain/past/track-record-answer.ts';
import { createJudge } from '../../src/domain/past/verdict.ts';
import { bootstrapDifference } from '../../src/track-record/bootstrap.ts';
import { collectHours } from '../../src/track-record/hours.ts';
import { median } from '../../src/track-record/median.ts';
import { trackRecordAnswer } from '../../src/track-record/response.ts';
import { createRoom, trackRecord } from '../../src/track-record/track-record.ts';
import { columnsOf } from '../support/hour-columns.ts';
import { calibrate, mostByChance, recordOf, runToEnd } from './calibrate.ts';
import { makeMarket, START } from './markets.ts';

const HOUR = 3_600_000;

test('the median is that of the sorted numbers', () => {
  assert.equal(median(new Float64Array()), undefined);
  const numbers = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(3)), {
    minLength: 1,
  });
  fc.assert(
    fc.property(numbers, (values) => {
      const sorted = values.toSorted((one, other) => one - other);
      const [lower = 0, upper = 0] = [sorted[(values.length - 1) >> 1], sorted[values.length >> 1]];
      const expected = values.length % 2 === 1 ? upper : (lower + upper) / 2;
      // Adding 0 turns -0 into 0.
      assert.equal((median(Float64Array.from(values)) ?? Number.NaN) + 0, expected + 0);
    }),
  );
});

test('prices before and after: the last of the hour itself, and the first of the hour at the horizon', () => {
  const at = (index: number, rest: Partial<Hour>): Hour => ({ start: START + index * HOUR, ...rest });
  const hours = [
    at(-1, { sentiment: 0.1, price: 1, firstPrice: 1, lastPrice: 1.5 }),
    at(0, { sentiment: 0.2, price: 2, firstPrice: 2, lastPrice: 2.5 }),
    // Without a price in the hour itself.
    at(1, { sentiment: 0.3 }),
    at(2, { sentiment: 0.4 }),
    at(3, { sentiment: 0.5 }),
    at(5, { price: 7, firstPrice: 7, lastPrice: 7 }),
  ];
  const collected = collectHours({ from: START, to: START + 6 * HOUR });
  const judge = createJudge();
  // The hour before the range is only there to judge its first hours.
  judge(columnsOf(hours.slice(0, 1)));
  collected.add(judge(columnsOf(hours.slice(1))));
  const { verdicts, lastPrices, firstPrices } = collected.hours;
  assert.deepEqual([...verdicts], [1, 1, 3, 3, 0, 3]);
  assert.deepEqual([...lastPrices], [2.5, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 7]);
  assert.deepEqual([...firstPrices], [2, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 7]);
});

test('a record is the same each time, counts what it knows, and says little about little', () => {
  const market = makeMarket(60 * 24, 7, 'plain');
  const records = recordOf(market);
  assert.deepEqual(recordOf(market), records);
  for (const { horizon, lit, notLit, all, independentHours } of records) {
    const { hours } = HORIZONS[horizon];
    assert.equal(lit.hours, market.lit.filter(Boolean).length);
    assert.equal(all.hours, 60 * 24);
    assert.equal(all.known, 60 * 24 - 1 - hours);
    assert.ok(lit.known + notLit.known <= all.known);
    assert.ok(independentHours.lit <= Math.ceil(all.known / (hours + 3)));
  }
  assert.deepEqual(
    records.map(({ finding, difference }) => [finding === 'too_few', difference === undefined]),
    [
      [false, false],
      [false, false],
      [false, false],
      [true, true],
    ],
  );
  for (const record of recordOf(makeMarket(0, 1, 'plain'))) {
    assert.deepEqual(record.all, {
      hours: 0,
      known: 0,
      higher: undefined,
      medianChange: undefined,
      meanChange: undefined,
    });
    assert.equal(record.finding, 'too_few');
  }
});

test('a price that always rises, or never moves, is no finding', () => {
  for (const step of [0, 1]) {
    const hours = Array.from({ length: 3000 }, (_, index): Hour => {
      const price = 1000 + index * step;
      const sentiment = ((index * 7919) % 13) / 20;
      return { start: START + index * HOUR, price, firstPrice: price, lastPrice: price, sentiment };
    });
    // Without a change there are no lit hours; seven days are too long for so few hours.
    const expected =
      step === 0 ? Array(4).fill('too_few') : ['no_variation', 'no_variation', 'no_variation', 'too_few'];
    assert.deepEqual(
      recordOf({ hours, lit: [] }).map(({ finding }) => finding),
      expected,
    );
  }
});

test('a price that is always higher after lit hours, and never after others, has no interval', () => {
  const verdicts = Uint8Array.from({ length: 3000 }, (_, index) => (index % 7 < 3 ? 1 : 2));
  const lastPrices = new Float64Array(3000).fill(100);
  // The hour that begins an hour after the end of the lit one, or of the other.
  const firstPrices = Float64Array.from({ length: 3000 }, (_, index) =>
    verdicts[index - 2] === 1 ? 101 : 99,
  );
  const [first] = runToEnd(trackRecord({ verdicts, firstPrices, lastPrices }, createRoom(verdicts.length)));
  assert.deepEqual([first?.lit.higher, first?.notLit.higher, first?.difference], [1, 0, undefined]);
  assert.equal(first?.finding, 'no_variation');
});

test('the interval holds the difference, and the joint one is wider', () => {
  const blocks = new Float64Array(
    Array.from({ length: 60 }, (_, index) => [10, 4 + (index % 4), 20, 9 + (index % 3)]).flat(),
  );
  const difference = runToEnd(bootstrapDifference(blocks, 4));
  assert.ok(difference);
  const { value, interval, joint } = difference;
  assert.ok(Math.abs(value - (0.55 - 0.5)) < 1e-12);
  assert.ok(
    joint.low < interval.low && interval.low < value && value < interval.high && interval.high < joint.high,
  );
  // Near that of a normal distribution: 1.96 standard errors.
  const error = Math.sqrt(1.25 / 100 / 60 + 2 / 3 / 400 / 60);
  assert.ok(Math.abs((interval.high - value) / error - 1.99) < 0.15, `${(interval.high - value) / error}`);
  assert.ok(Math.abs((joint.high - value) / error - 2.55) < 0.25, `${(joint.high - value) / error}`);
});

test('prices after the end of the range change nothing', () => {
  const market = makeMarket(2000, 3, 'wild');
  const end = START + 1500 * HOUR;
  const readTo = (hours: readonly Hour[]) => {
    const collected = collectHours({ from: START, to: end });
    collected.add(createJudge()(columnsOf(hours.filter((hour) => hour.start + HOUR <= end))));
    return collected.hours;
  };
  const changed = market.hours.map((hour) =>
    hour.start < end ? hour : { ...hour, price: 1, firstPrice: 1, lastPrice: 1 },
  );
  assert.deepEqual(readTo(changed), readTo(market.hours));
  // The last hours have no price at the horizon.
  const [first] = recordOf({ hours: market.hours.slice(0, 1500), lit: [] });
  assert.equal(first?.all.known, 1500 - 2);
});

test('sentences say what is found, and that data are simulated', () => {
  const [none] = recordOf(makeMarket(60 * 24, 7, 'plain'));
  assert.ok(none?.difference);
  const joint = { low: 0.0141, high: 0.0862 };
  const more = {
    ...none,
    finding: 'more_often',
    difference: { ...none.difference, value: 0.0501, joint },
  } as const;
  const few = {
    ...none,
    finding: 'too_few',
    difference: undefined,
    independentHours: { lit: 12, notLit: 30 },
  } as const;
  const never = { ...none, finding: 'no_variation', difference: undefined } as const;
  type Records = Parameters<typeof trackRecordAnswer>[1];
  const named = (records: Records): Records =>
    records.map((record, index) => ({ ...record, horizon: HORIZON_NAMES[index] ?? '1h' }));
  const conclusion = (records: Records, source: 'live' | 'simulated') =>
    trackRecordAnswer({ from: START, to: START }, named(records), source).conclusion;
  assert.equal(
    conclusion([none, none, more, few], 'live'),
    'After lit hours, the price was higher more often than after other hours: 24 hours later (5.0 points, interval 1.4 to 8.6). The intervals hold for all four horizons together with 95 % confidence. Not enough data to tell for 7 days.',
  );
  assert.equal(
    conclusion([none, none, none, none], 'simulated'),
    'After lit hours, no difference was found in how often the price was higher. This is simulated data and says nothing about Bitcoin.',
  );
  assert.equal(
    conclusion([few, few, few, few], 'live'),
    'Not enough data to tell: 12 independent lit hours; at least 40 are needed.',
  );
  const { horizons } = trackRecordAnswer({ from: START, to: START }, named([more, none, few, never]), 'live');
  assert.match(
    horizons[0]?.sentence ?? '',
    /^1 hour after lit hours, the price was higher more often than after other hours \(5\.0 points/,
  );
  assert.match(
    horizons[1]?.sentence ?? '',
    /^4 hours after lit hours, no difference was found in how often the price was higher \(/,
  );
  assert.equal(
    horizons[2]?.sentence,
    '24 hours after lit hours, there is not enough data to tell: 12 independent lit hours; at least 40 are needed.',
  );
  assert.equal(
    horizons[3]?.sentence,
    '7 days after lit hours, no interval can be computed, because the difference does not vary from block to block.',
  );
  assert.equal(
    conclusion([none, few, few, { ...few, independentHours: { lit: 50, notLit: 9 } }], 'live'),
    'After lit hours, no difference was found in how often the price was higher. Not enough data to tell for 4 hours, 24 hours and 7 days.',
  );
  assert.equal(
    conclusion(Array(4).fill({ ...few, independentHours: { lit: 50, notLit: 9 } }), 'live'),
    'Not enough data to tell: 9 independent hours not lit; at least 40 are needed.',
  );
  assert.equal(
    conclusion([none, never, never, few], 'live'),
    'After lit hours, no difference was found in how often the price was higher. Not enough data to tell for 7 days. No interval can be computed for 4 hours and 24 hours, because the difference does not vary from block to block.',
  );
});

// A small part of test/track-record/calibration.ts, with fixed seeds.
test('markets without effect are seldom claimed to have one, and a drift is found', (t) => {
  const print = (line: string) => t.diagnostic(line);
  const isMissed = calibrate({
    markets: 40,
    found: 5,
    years: 1,
    drift: 0.4,
    seed: 11,
    kinds: ['plain', 'gappy'],
    print,
  });
  assert.equal(isMissed, false);
  assert.equal(mostByChance(400, 0.05), 29);
});
