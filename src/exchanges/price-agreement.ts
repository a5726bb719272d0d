/** A price at a time. */
export interface PricePoint {
  /** Epoch milliseconds. */
  readonly time: number;
  /** US dollars for one bitcoin. */
  readonly price: number;
}

/** An exchange's price. */
export interface ExchangePrice {
  readonly exchange: string;
  readonly price: number;
  /** The time of the price, in epoch milliseconds, if the exchange gives one. */
  readonly time?: number;
}

export interface Agreement {
  /** Absent if the exchanges do not agree: no price is better than a wrong one. */
  readonly price?: number;
  /** The exchanges that the price is based on. */
  readonly used: readonly string[];
  /** Why each of the other exchanges is not used, by name. Safe to show to users. */
  readonly unused: Readonly<Record<string, string>>;
}

/** The greatest distance of a quote from now, in either direction. */
const MAX_DISTANCE_MS = 60_000;

/** The greatest age of a stored price that a single exchange is compared with. */
const MAX_STORED_AGE_MS = 600_000;

/** The greatest relative difference between prices. */
const NEAR_MEDIAN = 0.02;
const NEAR_OTHER = 0.01;
const NEAR_STORED = 0.05;

/** A quote without a time counts as fresh. */
export function isFresh(time: number | undefined, now: number): boolean {
  return time === undefined || Math.abs(now - time) <= MAX_DISTANCE_MS;
}

function isNear(price: number, reference: number, part: number): boolean {
  return Math.abs(price - reference) <= part * reference;
}

/** Unlike `(low + high) / 2`, never outside of the two by rounding. */
function middle(low: number, high: number): number {
  return low + (high - low) / 2;
}

function percent(price: number, reference: number): string {
  return `${Number(((100 * Math.abs(price - reference)) / reference).toPrecision(2))} %`;
}

function noAgreement(prices: readonly ExchangePrice[], why: string): Agreement {
  return { used: [], unused: Object.fromEntries(prices.map(({ exchange }) => [exchange, why])) };
}

/** The median, if at least two prices are near it. One wrong price cannot move it beyond the others. */
function agreeByMedian(sorted: readonly ExchangePrice[]): Agreement {
  const low = sorted[Math.floor((sorted.length - 1) / 2)]?.price ?? Number.NaN;
  const high = sorted[Math.floor(sorted.length / 2)]?.price ?? Number.NaN;
  const median = middle(low, high);
  const near = sorted.filter(({ price }) => isNear(price, median, NEAR_MEDIAN));
  if (near.length < 2) return noAgreement(sorted, 'no two exchanges are near the median');
  const far = sorted.filter((one) => !near.includes(one));
  return {
    price: median,
    used: near.map(({ exchange }) => exchange),
    unused: Object.fromEntries(
      far.map(({ exchange, price }) => [exchange, `${percent(price, median)} from the median`]),
    ),
  };
}

function agreeByTwo(low: ExchangePrice, high: ExchangePrice): Agreement {
  if (!isNear(high.price, low.price, NEAR_OTHER))
    return noAgreement([low, high], `the only two exchanges are ${percent(high.price, low.price)} apart`);
  return { price: middle(low.price, high.price), used: [low.exchange, high.exchange], unused: {} };
}

function agreeByOne(only: ExchangePrice, stored: number | undefined): Agreement {
  if (stored !== undefined && !isNear(only.price, stored, NEAR_STORED))
    return noAgreement(
      [only],
      `the only exchange, and ${percent(only.price, stored)} from the last stored price`,
    );
  return { price: only.price, used: [only.exchange], unused: {} };
}

/**
 * Agrees on one price. The number of fresh prices decides which rule applies. If they do not meet it, there is no price,
 * even if they would meet a weaker rule.
 *
 * @param stored the newest stored price, which counts for ten minutes.
 */
export function agree(
  prices: readonly ExchangePrice[],
  now: number,
  stored: PricePoint | undefined,
): Agreement {
  const old = prices.filter(({ time }) => !isFresh(time, now));
  const fresh = prices.filter(({ time }) => isFresh(time, now));
  const sorted = fresh.toSorted((one, other) => one.price - other.price);
  const [first, second, third] = sorted;
  const reference = stored && now - stored.time <= MAX_STORED_AGE_MS ? stored.price : undefined;
  let agreement: Agreement = { used: [], unused: {} };
  if (third) agreement = agreeByMedian(sorted);
  else if (first && second) agreement = agreeByTwo(first, second);
  else if (first) agreement = agreeByOne(first, reference);
  const reasons = old.map(({ exchange, time = now }) => {
    const seconds = Math.round(Math.abs(now - time) / 1000);
    return [exchange, `its last trade is ${seconds} s ${time < now ? 'old' : 'ahead'}`];
  });
  return { ...agreement, unused: { ...agreement.unused, ...Object.fromEntries(reasons) } };
}
