import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WIDTHS as SERVED } from '../../src/domain/width.ts';
import { cutGrid, endOf, gridOf, joinGrids } from '../../web/chart/grid.ts';
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

test('a gap in time is a cell without data, at both ends too', () => {
  assert.deepEqual(hoursOf(noon), ['10', null, '12', null]);
  assert.equal(endOf(noon), Date.parse('2021-07-07T14:00:00Z'));
});

test('grids are joined by their times, with what lies between them, and the second one holds', () => {
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

test('the widths are those of the service, and the finest that fits is taken', () => {
  assert.deepEqual(WIDTHS, SERVED);
  const spans = { '3h': 3, '24h': 24, '7d': 168, '30d': 720, '1y': 8760, '10y': 87_660 };
  const fitting = Object.values(spans).map((hours) => fittingWidth(hours * HOUR));
  assert.deepEqual(fitting, ['30s', '5m', '1h', '4h', '1d', '1w']);
});
