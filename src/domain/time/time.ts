/** One hour in milliseconds: the width of a bucket of the summary. */
export const HOUR = 3_600_000;

/** The Bitcoin genesis block's day, 2009-01-03T00:00:00Z: no sample can be older. */
export const BITCOIN_BEGAN = Date.UTC(2009, 0, 3);

/** How far ahead of the clock a sample may be, in milliseconds: upstream clocks differ a little, but not more. */
export const CLOCK_TOLERANCE = 60_000;

/** RFC 3339 in UTC; milliseconds only where they are not zero. */
export function formatTime(epochMilliseconds: number): string {
  const text = new Date(epochMilliseconds).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

export const timeOrNull = (time: number | undefined): string | null =>
  time === undefined ? null : formatTime(time);
