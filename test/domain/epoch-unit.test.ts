import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EpochUnit, epochUnitOf, toEpochMs } from '../../src/domain/time/epoch-unit.ts';

const UNITS_PER_SECOND: Readonly<Record<EpochUnit, number>> = {
  seconds: 1,
  milliseconds: 1e3,
  microseconds: 1e6,
  nanoseconds: 1e9,
};

test('the size of a time since 2009 shows its unit, which converts it to whole milliseconds', () => {
  for (const ms of [Date.UTC(2009, 0, 3), 1_625_763_600_000, 1_625_763_600_999, Date.UTC(5138, 0, 1)]) {
    for (const [unit, perSecond] of Object.entries(UNITS_PER_SECOND) as [EpochUnit, number][]) {
      const value = unit === 'seconds' ? ms / 1000 : ms * (perSecond / 1000);
      assert.equal(epochUnitOf(value), unit, `${value}`);
      assert.equal(toEpochMs(value, unit), ms, `${value} ${unit}`);
    }
  }
  assert.equal(toEpochMs(1_625_763_600_999_999, 'microseconds'), 1_625_763_600_999);
  assert.equal(toEpochMs(1_625_763_600.9999, 'seconds'), 1_625_763_600_999);
  for (const value of [1e20, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(epochUnitOf(value), undefined, `${value}`);
});
