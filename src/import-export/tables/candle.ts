import { DAY } from '../../domain/time/bucket-width.ts';
import { CLOCK_TOLERANCE, HOUR } from '../../domain/time/time.ts';
import type { SampleBatch } from '../sample-batch.ts';
import { UnusableError } from '../unusable-input.ts';
import { MAX_WIDTH, widthText } from './width.ts';

export interface Candle {
  /** Milliseconds. */
  readonly width: number;
  /** From the time in the record to the last millisecond of its candle. */
  readonly offset: number;
  /** Whether the width is the spacing of the first rows, so that a later row may disprove it. */
  readonly isDerived: boolean;
}

/** Candles whose records have the time of their beginning. */
export const candleOfWidth = (width: number, isDerived = false): Candle => ({
  width,
  offset: width - 1,
  isDerived,
});

export const describeCandle = (candle: Candle | undefined): string =>
  candle ? `; ${widthText(candle.width)} candles; each close is stored at its candle's last millisecond` : '';

/** The spacing that most neighbours have, and of several the smallest, so that a single odd row does not matter. */
function usualSpacing(times: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const [index, time] of times.entries()) {
    const spacing = Math.abs(time - (times[index - 1] ?? time));
    if (spacing > 0) counts.set(spacing, (counts.get(spacing) ?? 0) + 1);
  }
  const [usual] = [...counts].sort(([one, times], [other, otherTimes]) => otherTimes - times || one - other);
  return usual?.[0];
}

/**
 * The candles of a file, by the spacing of its first ones; `undefined` if there are none.
 *
 * @param times of the first candles, in epoch milliseconds.
 * @param alone the width of a single candle, if it is known.
 * @throws UnusableError if the spacing is not a width.
 */
export function candleOfSpacing(times: readonly number[], line: number, alone?: number): Candle | undefined {
  if (times.length === 0) return undefined;
  const spacing = usualSpacing(times) ?? alone;
  if (spacing === undefined)
    throw new UnusableError(
      'a single candle does not show its width: add --width with it, such as --width 1m',
      line,
    );
  if (spacing > MAX_WIDTH)
    throw new UnusableError(
      `candles are ${widthText(spacing)} apart, and can be at most ${widthText(MAX_WIDTH)} wide; if rows are missing, add --width with the width of a candle, such as --width 1d`,
      line,
    );
  // Two days in a local time zone may be 23 or 25 hours apart.
  return candleOfWidth(Math.abs(spacing - DAY) <= HOUR ? DAY : spacing, true);
}

/** The candles before a row that disproves their width. */
interface Before {
  readonly width: string;
  /** The times of their first and last sample, in epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** A row is nearer to the one before than the width of its file's candles. */
export class SpacingError extends UnusableError {
  readonly before: Before;

  constructor(spacing: string, before: Before, line: number) {
    const { width } = before;
    super(
      `candles are ${spacing} apart here, and ${width} at the beginning: add --width ${spacing} or --width ${width}, whichever is right`,
      line,
    );
    this.before = before;
  }
}

/** Moves the times of candles to the end of their width, and leaves out the one that has not ended. */
export function createCandleClock({ width, offset, isDerived }: Candle) {
  let before: number | undefined;
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  /** When the clocks of a zone change, candles may be an hour shorter. */
  const least = width > HOUR ? width - HOUR : width;

  return function endOf(time: number, now: number, line: number, batch: SampleBatch): number | undefined {
    const end = time + offset;
    // The clock of the exchange may be ahead.
    if (end >= now && end - width < now + CLOCK_TOLERANCE) {
      batch.omitted.candle_not_ended += 1;
      return undefined;
    }
    if (isDerived && before !== undefined && time !== before && Math.abs(time - before) < least)
      throw new SpacingError(widthText(Math.abs(time - before)), { width: widthText(width), from, to }, line);
    before = time;
    if (end < from) from = end;
    if (end > to) to = end;
    return end;
  };
}
