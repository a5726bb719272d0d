import { ignoreRejection } from '../domain/errors.ts';

const MAX_AGE_MS = 1000;

/**
 * Reads a report at most once per second, and never twice at the same time: `GET /sources` and all scrapers of
 * `GET /metrics` share it, and they share a failure too.
 *
 * @param read returns the report at a time in epoch milliseconds.
 */
export function shareReport<T>(read: (now: number) => Promise<T>): (now: number) => Promise<T> {
  let last: { at: number; outcome: Promise<T>; isPending: boolean } | undefined;
  return (now) => {
    // If the clock was set back, the report is too old as well.
    const isRecent = last && now >= last.at && now - last.at < MAX_AGE_MS;
    if (last && (isRecent || last.isPending)) return last.outcome;
    const started = { at: now, outcome: read(now), isPending: true };
    last = started;
    started.outcome.catch(ignoreRejection).finally(() => {
      started.isPending = false;
    });
    return started.outcome;
  };
}
