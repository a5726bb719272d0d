import { DAY } from '../../domain/time/bucket-width.ts';
import { HOUR } from '../../domain/time/time.ts';
import { UnusableError } from '../unusable-input.ts';
import { MAX_WIDTH, widthText } from './width.ts';

/**
 * The smallest spacing of candles, in milliseconds; `undefined` if there is none.
 *
 * @param times of the first candles, in epoch milliseconds.
 * @param alone the width of a single candle, if it is known.
 * @throws UnusableError if it is not a width.
 */
export function smallestSpacing(times: readonly number[], line: number, alone?: number): number | undefined {
  if (times.length === 0) return undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const [index, time] of times.entries()) {
    const spacing = Math.abs(time - (times[index - 1] ?? time));
    if (spacing > 0 && spacing < smallest) smallest = spacing;
  }
  if (smallest === Number.POSITIVE_INFINITY && alone !== undefined) return alone;
  if (smallest === Number.POSITIVE_INFINITY)
    throw new UnusableError('a single candle does not show its width: say it by --width 1m', line);
  if (smallest > MAX_WIDTH) {
    const advice = 'if rows are missing, say their width by --width 1d';
    throw new UnusableError(
      `candles are ${widthText(smallest)} apart, and can be at most ${widthText(MAX_WIDTH)} wide; ${advice}`,
      line,
    );
  }
  // In a local time zone, days on which the clocks change have 23 or 25 hours.
  return Math.abs(smallest - DAY) <= HOUR ? DAY : smallest;
}
