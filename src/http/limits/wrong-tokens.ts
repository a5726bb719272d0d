/** How many wrong tokens one address may show in a minute. */
const MOST_WRONG = 10;

/** Milliseconds. */
const WINDOW = 60_000;

/** Addresses that are remembered: the one whose first wrong token is longest ago makes room. */
const MOST_ADDRESSES = 10_000;

export interface WrongTokens {
  /** How long an address has to wait before it may show a token, in milliseconds; 0: not at all. */
  waitOf(address: string, now: number): number;
  /** Another wrong token came from there. */
  note(address: string, now: number): void;
}

/** Counts the wrong tokens of each address. Times are epoch milliseconds. */
export function createWrongTokens(): WrongTokens {
  const windows = new Map<string, { readonly since: number; count: number }>();

  /** The window that is open at a time: a clock that was set back ends one too. */
  function openAt(address: string, now: number) {
    const window = windows.get(address);
    return window && now >= window.since && now - window.since < WINDOW ? window : undefined;
  }

  return {
    waitOf(address, now) {
      const window = openAt(address, now);
      return window && window.count >= MOST_WRONG ? window.since + WINDOW - now : 0;
    },
    note(address, now) {
      const window = openAt(address, now);
      if (window) {
        window.count += 1;
        return;
      }
      windows.delete(address);
      const [oldest] = windows.keys();
      if (windows.size >= MOST_ADDRESSES && oldest !== undefined) windows.delete(oldest);
      windows.set(address, { since: now, count: 1 });
    },
  };
}
