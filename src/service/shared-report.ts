import { ignoreRejection } from '../domain/errors.ts';
import type { SourcesReport } from '../domain/sources-report.ts';

/** How long a report is shared. Milliseconds. */
const SHARED = 1000;

/**
 * Reads a source's report at most once a second, however often it is asked for, and one at a time: `GET /sources`, `GET /metrics`
 * and their scrapers share it. A failure is shared as an answer is.
 *
 * @param read the source's own report at a time, in epoch milliseconds.
 */
export function shareReport(
  read: (now: number) => Promise<SourcesReport>,
): (now: number) => Promise<SourcesReport> {
  let last: { at: number; outcome: Promise<SourcesReport>; isOver: boolean } | undefined;
  return (now) => {
    // A clock that was set back ends the sharing too.
    const isNew = last && now >= last.at && now - last.at < SHARED;
    if (last && (isNew || !last.isOver)) return last.outcome;
    const begun = { at: now, outcome: read(now), isOver: false };
    last = begun;
    begun.outcome.catch(ignoreRejection).finally(() => {
      begun.isOver = true;
    });
    return begun.outcome;
  };
}
