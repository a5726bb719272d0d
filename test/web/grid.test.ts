import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WIDTHS as SERVED } from '../../src/domain/time/bucket-width.ts';
import { boundView } from '../../web/chart/bounds.ts';
import { leastGap, usualDistance } from '../../web/chart/drawing/gaps.ts';
import { cutGrid, endOf, gridOf, joinGrids } from '../../web/chart/drawing/grid.ts';
import { priceMarks } from '../../web/chart/drawing/price-marks.ts';
import { sentimentLimit, widenedRange } from '../../web/chart/drawing/scales.ts';
import { fittingWidth, WIDTHS } from '../../web/chart/widths.ts';
import type { History } from '../../web/feed/history.ts';

const HOUR = 3_600_000;

function history(from: string, to: string, times: readonly string[]): History {
  const buckets = times.map((time) => ({
    time,
    price: 1,
    price_min: 1,
    price_max: 1,
    sentiment: null,
    price_samples: 1,
    sentiment_samples: 0,
  }));
  return { from, to, bucket: '1h', buckets };
}

const hoursOf = ({ cells }: ReturnType<typeof gridOf>): (string | null)[] =>
  cells.map((cell) => cell?.time.slice(11, 13) ?? null);

const noon = gridOf(
  history('2021-07-07T10:00:00Z', '2021-07-07T14:00:00Z', ['2021-07-07T10:00:00Z', '2021-07-07T12:00:00Z']),
);

test('a gap in time is a cell without data, even at both ends', () => {
  assert.deepEqual(hoursOf(noon), ['10', null, '12', null]);
  assert.equal(endOf(noon), Date.parse('2021-07-07T14:00:00Z'));
});

test('grids are merged by time, with the gap between them, and the second one wins', () => {
  const later = gridOf(history('2021-07-07T13:00:00Z', '2021-07-07T16:00:00Z', ['2021-07-07T13:00:00Z']));
  assert.deepEqual(hoursOf(joinGrids(noon, later)), ['10', null, '12', '13', null, null]);
  const earlier = gridOf(history('2021-07-07T07:00:00Z', '2021-07-07T08:00:00Z', ['2021-07-07T07:00:00Z']));
  assert.deepEqual(hoursOf(joinGrids(noon, earlier)), ['07', null, null, '10', null, '12', null]);
  const emptied = gridOf(history('2021-07-07T12:00:00Z', '2021-07-07T13:00:00Z', []));
  assert.deepEqual(hoursOf(joinGrids(noon, emptied)), ['10', null, null, null]);
});

test('a grid is cut to whole cells', () => {
  const from = Date.parse('2021-07-07T11:30:00Z');
  const part = cutGrid(noon, { from, to: from + HOUR });
  assert.deepEqual(hoursOf(part), [null, '12']);
  assert.equal(part.start, Date.parse('2021-07-07T11:00:00Z'));
  assert.deepEqual(cutGrid(noon, { from: 0, to: 1 }).cells, []);
});

test('the widths are those of the service, and the finest that fits is selected', () => {
  assert.deepEqual(WIDTHS, SERVED);
  const spans = { '3h': 3, '24h': 24, '7d': 168, '30d': 720, '1y': 8760, '10y': 87_660 };
  const fitting = Object.values(spans).map((hours) => fittingWidth(hours * HOUR));
  assert.deepEqual(fitting, ['30s', '5m', '1h', '4h', '1d', '1w']);
});

test('a gap is longer than the usual interval of the data, and at least 90 seconds', () => {
  const minute = HOUR / 60;
  const every = (minutes: number) => Array.from({ length: 20 }, (_, index) => index * minutes * minute);
  assert.equal(usualDistance(every(5)), 5 * minute);
  assert.ok(leastGap(5 * minute) > 10 * minute && leastGap(5 * minute) < 15 * minute);
  assert.equal(usualDistance([...every(5), 1000 * minute]), 5 * minute, 'one long gap is no rhythm');
  assert.equal(usualDistance(every(60).slice(0, 4)), undefined, 'a few far apart stay alone');
  assert.equal(leastGap(usualDistance(every(0.5))), 100_000);
  assert.equal(leastGap(undefined), 100_000);
});

test('a view is limited to the data and the finest buckets', () => {
  const day = 24 * HOUR;
  const wide = boundView({ from: -1000 * day, to: 1000 * day }, 0, 10 * day);
  assert.deepEqual(wide, { from: -3.75 * day, to: 11.25 * day + day * 0 });
  const near = boundView({ from: 5 * day, to: 5 * day + 1000 }, 0, 10 * day);
  assert.equal(near.to - near.from, HOUR / 6);
  const beside = boundView({ from: 30 * day, to: 34 * day }, 0, 10 * day);
  assert.deepEqual(beside, { from: 7 * day, to: 11 * day });
  assert.deepEqual(boundView({ from: day, to: 2 * day }, 0, 10 * day), { from: day, to: 2 * day });
});

test('price labels differ, and have the same number of digits', () => {
  const marks = (values: number[]) => priceMarks(values, 'en');
  assert.deepEqual(marks([0.082, 0.0825, 0.083]), ['$0.0820', '$0.0825', '$0.0830']);
  assert.deepEqual(marks([97_000, 97_500, 98_000]), ['$97,000', '$97,500', '$98,000']);
  assert.deepEqual(marks([30_000, 30_000.5]), ['$30,000.00', '$30,000.50']);
});

test('sentiment has few scales, and a nearly constant price is drawn flat', () => {
  const withSentiment = (sentiment: number) => ({
    ...noon,
    cells: noon.cells.map((cell) => cell && { ...cell, sentiment }),
  });
  assert.deepEqual(
    [0.12, -0.2, 0.3, -0.9].map((sentiment) => sentimentLimit(withSentiment(sentiment))),
    [0.25, 0.25, 0.5, 1],
  );
  assert.deepEqual(widenedRange({ minValue: 30_000, maxValue: 30_000 }), {
    minValue: 29_850,
    maxValue: 30_150,
  });
  assert.deepEqual(widenedRange({ minValue: 20, maxValue: 30 }), { minValue: 20, maxValue: 30 });
});
