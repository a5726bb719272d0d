import type { Sample } from '../../domain/sample.ts';
import { DAY } from '../../domain/time/bucket-width.ts';
import { PRESENT, presenceOn } from '../../simulation/market/gaps.ts';
import { STEP_MS, stepFrom } from '../../simulation/market/steps.ts';
import { samplesOfDay } from '../../simulation/samples.ts';
import type { PullRequest } from '../source.ts';

/** How much history there is. Days. */
const HISTORY_DAYS = 400;

/** Samples of one part: six hours, which a store keeps in some milliseconds. */
const PART = 720;

/** Adds the past days that the store lacks. */
interface History {
  /** Whether the store has all days, so that `fill` has nothing to do. */
  isComplete(now: number): boolean;
  /** Yields the samples of the next days in parts, newest first, until `mayGoOn` says no or all are stored. */
  fill(request: PullRequest, mayGoOn: () => boolean): AsyncIterable<readonly Sample[]>;
}

/**
 * Whether the store has all values of a day up to now. It may have more: what is recorded while the service runs has no
 * gaps, and others may have been imported.
 */
async function isStored(day: number, { now, samples, isTrimmed }: PullRequest): Promise<boolean> {
  const from = day * DAY;
  const to = Math.min(from + DAY, now);
  if (await isTrimmed?.({ from, to })) return true;
  const missing = presenceOn(day).subarray(0, stepFrom(to) - from / STEP_MS);
  for await (const slice of samples({ from, to })) {
    for (const { time, price, sentiment } of slice) {
      const step = (time - from) / STEP_MS;
      const stored =
        (price === undefined ? 0 : PRESENT.price) | (sentiment === undefined ? 0 : PRESENT.sentiment);
      if (Number.isInteger(step)) missing[step] = (missing[step] ?? 0) & ~stored;
    }
  }
  return missing.every((values) => values === 0);
}

/** @param halfLife of a headline's weight, in milliseconds. */
export function createHistory(halfLife: number): History {
  /** Days known to be complete in the store, which are not read again until a restart. */
  const stored = new Set<number>();
  /** When all days were last known to be complete. Each pull adds what is missing of the last 24 hours itself. */
  let completeAt = Number.NEGATIVE_INFINITY;
  return {
    isComplete: (now) => now - completeAt < DAY,
    async *fill(request, mayGoOn) {
      const today = Math.floor(request.now / DAY);
      if (this.isComplete(request.now)) {
        completeAt = request.now;
        return;
      }
      for (let day = today; day > today - HISTORY_DAYS; day -= 1) {
        request.signal.throwIfAborted();
        if (stored.has(day)) continue;
        if (!mayGoOn()) return;
        if (!(await isStored(day, request))) {
          const samples = await samplesOfDay(day, halfLife);
          const known = samples.filter(({ time }) => time <= request.now);
          for (let end = known.length; end > 0; end -= PART) {
            request.signal.throwIfAborted();
            if (!mayGoOn()) return;
            yield known.slice(Math.max(0, end - PART), end);
          }
        }
        // The rest of today is still to come.
        if ((day + 1) * DAY <= request.now) stored.add(day);
      }
      completeAt = request.now;
    },
  };
}
