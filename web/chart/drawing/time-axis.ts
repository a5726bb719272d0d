import {
  defaultHorzScaleBehavior,
  type TickMark,
  type TickMarkWeightValue,
  type Time,
  type TimeScalePoint,
} from 'lightweight-charts';
import type { Figures } from '../../words/figures.ts';
import { WIDTHS } from '../widths.ts';

/** The weight of a mark, by the coarsest unit of time that starts there. The library's own steps. */
const WEIGHTS = {
  none: 0,
  minute: 20,
  fiveMinutes: 21,
  halfHour: 22,
  hour: 30,
  sixHours: 32,
  day: 50,
  month: 60,
  year: 70,
};

/** Shifts a local time to UTC, so that both kinds of date are read with the UTC getters. */
const shiftToLocal = (time: number): Date => new Date(time - new Date(time).getTimezoneOffset() * 60_000);

function weigh(date: Date): number {
  if (date.getUTCMinutes() % 5 !== 0) return WEIGHTS.minute;
  if (date.getUTCMinutes() % 30 !== 0) return WEIGHTS.fiveMinutes;
  if (date.getUTCMinutes() !== 0) return WEIGHTS.halfHour;
  return date.getUTCHours() % 6 === 0 ? WEIGHTS.sixHours : WEIGHTS.hour;
}

/** The coarsest unit that starts between two adjacent times. */
function weightBetween(before: Date, date: Date): number {
  if (before.getUTCFullYear() !== date.getUTCFullYear()) return WEIGHTS.year;
  if (before.getUTCMonth() !== date.getUTCMonth()) return WEIGHTS.month;
  if (before.getUTCDate() !== date.getUTCDate()) return WEIGHTS.day;
  if (date.getUTCSeconds() !== 0) return WEIGHTS.none;
  return weigh(date);
}

type MutablePoint = { -readonly [Key in keyof TimeScalePoint]: TimeScalePoint[Key] };

/**
 * A time axis whose days start at local midnight; the library's start in UTC. Daily and weekly buckets are in UTC and
 * keep UTC dates.
 */
export function createTimeAxis(
  bucketWidth: () => number,
  figures: () => Figures,
  hasRoom: (time: Time, label: string) => boolean,
) {
  const Base = defaultHorzScaleBehavior();
  const dateOf = (seconds: unknown): Date => {
    const time = Number(seconds) * 1000;
    return bucketWidth() < WIDTHS['1d'] ? shiftToLocal(time) : new Date(time);
  };
  let calls = 0;
  return new (class extends Base {
    /** Never the same twice, so that labels are not cached: whether one fits depends on the view. */
    override cacheKey(): number {
      calls += 1;
      return calls;
    }

    override formatTickmark({ weight, originalTime }: TickMark): string {
      const { year, month, monthDay, utcClock } = figures();
      const write =
        weight >= WEIGHTS.year
          ? year
          : weight >= WEIGHTS.month
            ? month
            : weight >= WEIGHTS.day
              ? monthDay
              : utcClock;
      const label = write(dateOf(originalTime).getTime());
      return hasRoom(originalTime as Time, label) ? label : '';
    }

    override fillWeightsForPoints(points: readonly MutablePoint[], first: number): void {
      const dateAt = (index: number): Date => dateOf(points[index]?.originalTime);
      for (let index = first; index < points.length; index += 1) {
        const point = points[index];
        if (!point) continue;
        const date = dateAt(index);
        const before = index > 0 ? dateAt(index - 1) : new Date(date.getTime() - bucketWidth());
        point.timeWeight = weightBetween(before, date) as TickMarkWeightValue;
      }
    }
  })();
}
