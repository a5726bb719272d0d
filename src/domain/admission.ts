import type { Sample } from './sample.ts';
import { BITCOIN_BEGAN, CLOCK_TOLERANCE } from './time/time.ts';

/** Why a record was rejected. Part of the API: `rejections[].reason`. */
export type RejectionReason =
  | 'not_an_object'
  | 'time_invalid'
  | 'time_before_bitcoin'
  | 'time_in_the_future'
  | 'price_invalid'
  | 'sentiment_invalid'
  | 'no_value';

/** An unvalidated record. `null` and `undefined` both mean absent. */
export interface RawRecord {
  readonly time: unknown;
  readonly price: unknown;
  readonly sentiment: unknown;
}

export interface AdmissionSettings {
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  /** Milliseconds in one unit of the record's time: 1000 for seconds, 1 for milliseconds. */
  readonly timeUnit: 1 | 1000;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Reads a number, or a text of at most 40 characters that is a number. Returns `undefined` if it is absent, and NaN if it is
 * anything else.
 */
export function readNumber(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 40 || !NUMBER.test(value)) return Number.NaN;
  return Number(value);
}

/**
 * The highest accepted price. At this price, all bitcoins would be worth tens of thousands of times the world's wealth, so a
 * higher one is a mistake. Sums of prices within the limit cannot overflow a double.
 */
export const MAX_PRICE_USD = 1e12;

/** A warning for the operator. */
export const ignoredPricesWarning = (count: number): string =>
  `ignored prices in the store: ${count}; they are not between 0 and ${MAX_PRICE_USD} USD, and another program or an older version wrote them`;

export function isPrice(value: number): boolean {
  return value > 0 && value <= MAX_PRICE_USD;
}

/** Validates a record. Rejects a record with one bad value as a whole, since the other value is doubtful too. */
export function admit(record: RawRecord, { now, timeUnit }: AdmissionSettings): Sample | RejectionReason {
  // The tutorial's int(float(timestamp) * 1000).
  const time = Math.trunc((readNumber(record.time) ?? Number.NaN) * timeUnit);
  if (!Number.isFinite(time)) return 'time_invalid';
  if (time < BITCOIN_BEGAN) return 'time_before_bitcoin';
  if (time > now + CLOCK_TOLERANCE) return 'time_in_the_future';

  const price = readNumber(record.price);
  if (price !== undefined && !isPrice(price)) return 'price_invalid';

  const sentiment = readNumber(record.sentiment);
  if (sentiment !== undefined && !(sentiment >= -1 && sentiment <= 1)) return 'sentiment_invalid';

  if (price === undefined && sentiment === undefined) return 'no_value';
  return {
    time,
    ...(price !== undefined && { price }),
    // Adding 0 turns -0 into 0, since not every store distinguishes them.
    ...(sentiment !== undefined && { sentiment: sentiment + 0 }),
  };
}
