/** The highest over the lowest price from which on a scale in dollars shows nothing but the highest ones. */
const WIDE = 10;
/** Digits after the point that a mark has at most. */
const MOST_DIGITS = 6;
const CENTS = 2;

/** Whether prices lie so far apart that equal steps should be equal factors. */
export const isWide = (lowest: number, highest: number): boolean => lowest > 0 && highest > lowest * WIDE;

/** A price axis' marks: as many digits as tell two that are next to each other apart, and all have as many. */
export function priceMarks(values: readonly number[], locale: string): string[] {
  const known = values.filter((value) => Number.isFinite(value));
  const lowest = Math.min(...known);
  const highest = Math.max(...known);
  const step = (highest - lowest) / Math.max(1, known.length - 1) || 1;
  const needed = Math.min(MOST_DIGITS, Math.max(0, Math.ceil(-Math.log10(step) - 1e-6)));
  // Of a dollar's parts there are two digits at least: cents.
  const digits = needed === 0 ? 0 : Math.max(CENTS, needed);
  return values.map((value) =>
    value.toLocaleString(locale, {
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }),
  );
}
