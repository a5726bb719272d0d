/** In milliseconds. */
export const HOUR = 3_600_000;

/** The day of Bitcoin's genesis block, 2009-01-03T00:00:00Z. No sample can be older. */
export const BITCOIN_BEGAN = Date.UTC(2009, 0, 3);

/** How far ahead of the clock a sample may be, in milliseconds, since upstream clocks differ a little. */
export const CLOCK_TOLERANCE = 60_000;

/** RFC 3339 in UTC. Milliseconds are omitted when zero. */
export function formatTime(epochMilliseconds: number): string {
  const text = new Date(epochMilliseconds).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

export const timeOrNull = (time: number | undefined): string | null =>
  time === undefined ? null : formatTime(time);
