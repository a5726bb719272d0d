import Type from 'typebox';
import { CLOCK_TOLERANCE } from '../domain/time/time.ts';
import { LineSchema, timeAt } from './saved-state.ts';

/** How the last requests to one upstream went: an exchange, a feed, an index. A plain value, which is saved as JSON. */
export interface UpstreamStatus {
  /** `resting`: no requests are sent for a while. */
  readonly state: 'ok' | 'resting' | 'failing';
  /** When this state began. Epoch milliseconds. */
  readonly since: number;
  /** The reason for the state, or a warning of an upstream that is ok. One line that may be shown to users. */
  readonly reason?: string;
  /** Epoch milliseconds. */
  readonly lastSuccess?: number;
}

/** The report of an upstream that has no status yet. */
export const NOT_REQUESTED = { state: 'resting', reason: 'no request sent yet' } as const;

/** Copies the status out of an object with more properties. */
export function statusOf({ state, since, reason, lastSuccess }: UpstreamStatus): UpstreamStatus {
  return {
    state,
    since,
    ...(reason !== undefined && { reason }),
    ...(lastSuccess !== undefined && { lastSuccess }),
  };
}

/** The schema of a status, as the properties of the object that holds it. */
export const statusAt = (now: number) => ({
  state: Type.Enum(['ok', 'resting', 'failing']),
  since: timeAt(now),
  reason: Type.Optional(LineSchema),
  lastSuccess: Type.Optional(timeAt(now)),
});

/** The same for an upstream that has its own time for the next request. */
export const dueStatusAt = (now: number) => ({
  ...statusAt(now),
  due: timeAt(now),
  failures: Type.Integer({ minimum: 0 }),
});

/** The status after a request, or after one that was not sent because the upstream rests. */
export function nextStatus(
  before: UpstreamStatus | undefined,
  { state, reason, now }: { state: UpstreamStatus['state']; reason: string | undefined; now: number },
): UpstreamStatus {
  const lastSuccess = state === 'ok' ? now : before?.lastSuccess;
  return {
    state,
    since: before?.state === state ? before.since : now,
    ...(reason !== undefined && { reason }),
    ...(lastSuccess !== undefined && { lastSuccess }),
  };
}

/**
 * Whether a wait that ends at `until` still lasts. One that is longer than any wait can be was saved before the clock was
 * set back, and counts as over.
 *
 * @param until epoch milliseconds.
 */
export function isWaiting(until: number, { now, longestMs }: { now: number; longestMs: number }): boolean {
  return until > now && until <= now + longestMs + CLOCK_TOLERANCE;
}
