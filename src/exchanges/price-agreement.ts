/** A price at a time. */
export interface PricePoint {
  /** Epoch milliseconds. */
  readonly time: number;
  /** US dollars for one bitcoin. */
  readonly price: number;
}

/** What a venue says. */
export interface VenuePrice {
  readonly venue: string;
  readonly price: number;
  /** When it was so, in epoch milliseconds; absent where the venue tells no time. */
  readonly time?: number;
}

export interface Agreement {
  /** Absent where the venues do not agree: no price is better than a wrong one. */
  readonly price?: number;
  /** The venues that bear the price. */
  readonly used: readonly string[];
  /** Why each of the others does not, by name: fit for readers. */
  readonly unused: Readonly<Record<string, string>>;
}

/** How far a quote may be from now, in either direction. Milliseconds. */
const FRESH = 60_000;

/** How long a kept price is something to hold a lone venue against. Milliseconds. */
const REMEMBERED = 600_000;

/** How far apart prices may be, as parts of one. */
const NEAR_MEDIAN = 0.02;
const NEAR_OTHER = 0.01;
const NEAR_KEPT = 0.05;

/** Whether a quote is of now, as far as its venue tells: without a time it is. */
export function isFresh(time: number | undefined, now: number): boolean {
  return time === undefined || Math.abs(now - time) <= FRESH;
}

function isNear(price: number, reference: number, part: number): boolean {
  return Math.abs(price - reference) <= part * reference;
}

/** Written so that it is never outside of the two, in the last digit either. */
function middle(low: number, high: number): number {
  return low + (high - low) / 2;
}

function percent(price: number, reference: number): string {
  return `${Number(((100 * Math.abs(price - reference)) / reference).toPrecision(2))} %`;
}

function nobody(prices: readonly VenuePrice[], why: string): Agreement {
  return { used: [], unused: Object.fromEntries(prices.map(({ venue }) => [venue, why])) };
}

/** Their median, if at least two of them lie near it: one alone, however wrong, cannot move it past the others. */
function agreeByMedian(sorted: readonly VenuePrice[]): Agreement {
  const low = sorted[Math.floor((sorted.length - 1) / 2)]?.price ?? Number.NaN;
  const high = sorted[Math.floor(sorted.length / 2)]?.price ?? Number.NaN;
  const median = middle(low, high);
  const near = sorted.filter(({ price }) => isNear(price, median, NEAR_MEDIAN));
  if (near.length < 2) return nobody(sorted, 'no two venues are near the median');
  const far = sorted.filter((one) => !near.includes(one));
  return {
    price: median,
    used: near.map(({ venue }) => venue),
    unused: Object.fromEntries(
      far.map(({ venue, price }) => [venue, `${percent(price, median)} from the median`]),
    ),
  };
}

function agreeByTwo(low: VenuePrice, high: VenuePrice): Agreement {
  if (!isNear(high.price, low.price, NEAR_OTHER))
    return nobody([low, high], `the only two venues are ${percent(high.price, low.price)} apart`);
  return { price: middle(low.price, high.price), used: [low.venue, high.venue], unused: {} };
}

function agreeByOne(only: VenuePrice, kept: number | undefined): Agreement {
  if (kept !== undefined && !isNear(only.price, kept, NEAR_KEPT))
    return nobody([only], `the only venue, and ${percent(only.price, kept)} from the last price kept`);
  return { price: only.price, used: [only.venue], unused: {} };
}

/**
 * The one price of several venues. How many have a fresh one decides which rule holds; where it is not
 * met there is none: never does a weaker rule step in for a stronger.
 *
 * @param kept the newest price that is kept; it counts for ten minutes.
 */
export function agree(prices: readonly VenuePrice[], now: number, kept: PricePoint | undefined): Agreement {
  const old = prices.filter(({ time }) => !isFresh(time, now));
  const fresh = prices.filter(({ time }) => isFresh(time, now));
  const sorted = fresh.toSorted((one, other) => one.price - other.price);
  const [first, second, third] = sorted;
  const reference = kept && now - kept.time <= REMEMBERED ? kept.price : undefined;
  let agreement: Agreement = { used: [], unused: {} };
  if (third) agreement = agreeByMedian(sorted);
  else if (first && second) agreement = agreeByTwo(first, second);
  else if (first) agreement = agreeByOne(first, reference);
  const reasons = old.map(({ venue, time = now }) => {
    const seconds = Math.round(Math.abs(now - time) / 1000);
    return [venue, `its last trade is ${seconds} s ${time < now ? 'old' : 'ahead'}`];
  });
  return { ...agreement, unused: { ...agreement.unused, ...Object.fromEntries(reasons) } };
}
