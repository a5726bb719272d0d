/** Above this ratio of highest to lowest price, a linear scale shows only the highest prices. */
const WIDE = 10;
/** Most decimals of a mark. */
const MOST_DIGITS = 6;
const CENTS = 2;

/** Whether prices are so far apart that a logarithmic scale is better. */
export const isWide = (lowest: number, highest: number): boolean => lowest > 0 && highest > lowest * WIDE;

/** Labels of a price axis: just enough decimals to tell neighbours apart, the same for all. */
export function priceMarks(values: readonly number[], locale: string): string[] {
  const known = values.filter((value) => Number.isFinite(value));
  const lowest = Math.min(...known);
  const highest = Math.max(...known);
  const step = (highest - lowest) / Math.max(1, known.length - 1) || 1;
  const needed = Math.min(MOST_DIGITS, Math.max(0, Math.ceil(-Math.log10(step) - 1e-6)));
  // Fractions of a dollar have at least two digits: cents.
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
