import type { JudgedHours } from '../domain/past/verdict.ts';
import type { Directions } from '../domain/summary.ts';
import type { Range } from '../domain/time/range.ts';
import { HOUR } from '../domain/time/time.ts';

/** The verdict of an hour, in a typed array. 0: the hour has no samples. */
export const LIT = 1;
export const NOT_LIT = 2;
const UNKNOWN = 3;

const codeOf = ({ isLit }: Directions): number => (isLit === undefined ? UNKNOWN : isLit ? LIT : NOT_LIT);

/** What the record needs of each hour of a range, with or without samples. */
export interface RecordHours {
  readonly verdicts: Uint8Array;
  /**
   * The last price of the hour; NaN if there is none. An older price would not do: the sentiment may follow what the price did
   * since, and would then seem to predict it.
   */
  readonly lastPrices: Float64Array;
  /** The first price of the hour; NaN if there is none. */
  readonly firstPrices: Float64Array;
}

/**
 * Collects the hours of a range of whole hours, which are added in pieces.
 *
 * @param unused hours that nobody needs any more. They are overwritten, since megabytes of new buffers make V8 collect garbage.
 */
export function collectHours({ from, to }: Range, unused?: RecordHours) {
  const length = Math.max(0, (to - from) / HOUR);
  const fits = unused !== undefined && unused.verdicts.buffer.byteLength >= length;
  const prices = (old: Float64Array | undefined): Float64Array =>
    (fits && old ? new Float64Array(old.buffer, 0, length) : new Float64Array(length)).fill(Number.NaN);
  const hours: RecordHours = {
    verdicts: fits ? new Uint8Array(unused.verdicts.buffer, 0, length).fill(0) : new Uint8Array(length),
    lastPrices: prices(unused?.lastPrices),
    firstPrices: prices(unused?.firstPrices),
  };
  return {
    hours,
    add({ hours: { start, firstPrice, lastPrice }, directions }: JudgedHours): void {
      const first = (start - from) / HOUR;
      hours.firstPrices.set(firstPrice, first);
      hours.lastPrices.set(lastPrice, first);
      for (const [index, judged] of directions.entries()) {
        if (judged) hours.verdicts[first + index] = codeOf(judged);
      }
    },
  };
}

/** NaN equals NaN. */
const sameNumbers = (one: Float64Array, other: Float64Array): boolean =>
  one.length === other.length && one.every((value, index) => Object.is(value, other[index]));

export const sameHours = (one: RecordHours, other: RecordHours): boolean =>
  one.verdicts.length === other.verdicts.length &&
  one.verdicts.every((value, index) => value === other.verdicts[index]) &&
  sameNumbers(one.lastPrices, other.lastPrices) &&
  sameNumbers(one.firstPrices, other.firstPrices);
