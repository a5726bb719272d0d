/** Wrong tokens that one address may send in each window. */
const MAX_WRONG_TOKENS = 10;
const WINDOW_MS = 60_000;

/** Above this number, the address with the oldest window is forgotten. */
const MAX_ADDRESSES = 10_000;

/** Counts the wrong tokens of each address. Times are epoch milliseconds. */
export function createWrongTokens() {
  const windows = new Map<string, { readonly since: number; count: number }>();

  /** A clock that was set back ends a window too. */
  function windowAt(address: string, now: number) {
    const window = windows.get(address);
    return window && now >= window.since && now - window.since < WINDOW_MS ? window : undefined;
  }

  return {
    /** How long an address must wait before it may send a token; 0 if it need not wait. */
    waitMs(address: string, now: number): number {
      const window = windowAt(address, now);
      return window && window.count >= MAX_WRONG_TOKENS ? window.since + WINDOW_MS - now : 0;
    },
    add(address: string, now: number): void {
      const window = windowAt(address, now);
      if (window) {
        window.count += 1;
        return;
      }
      windows.delete(address);
      const [oldest] = windows.keys();
      if (windows.size >= MAX_ADDRESSES && oldest !== undefined) windows.delete(oldest);
      windows.set(address, { since: now, count: 1 });
    },
  };
}
