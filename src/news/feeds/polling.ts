import { hash } from 'node:crypto';
import { MAX_BACK_OFF_MS } from '../../outbound/retry-after.ts';
import { isWaiting, nextStatus, type UpstreamStatus } from '../../stores/upstream-status.ts';
import type { ActualCharset } from './charset.ts';
import type { FeedAnswer, Validators } from './fetch.ts';

/** The saved status of one feed: plain JSON, shared by all processes over one store. Times in epoch milliseconds. */
export interface Poll extends UpstreamStatus {
  /** The time of the next request. */
  readonly due: number;
  /** The number of requests. */
  readonly polls: number;
  /** The number of failures in a row. */
  readonly failures: number;
  readonly validators: Validators;
  /** The actual charset of its newest bodies, if they claimed UTF-8. */
  readonly charset?: ActualCharset;
}

/** The time between two requests to a feed that answers. */
const MIN_WAIT_MS = 300_000;
const MAX_WAIT_MS = 540_000;

/** A pseudo-random number in [0, 1), which depends only on its arguments. */
export function jitter(...parts: readonly (string | number)[]): number {
  return Number.parseInt(hash('sha256', parts.join('\n'), 'hex').slice(0, 8), 16) / 2 ** 32;
}

export function isDue(poll: Poll | undefined, now: number): boolean {
  const longestMs = poll?.failures === 0 ? MAX_WAIT_MS : MAX_BACK_OFF_MS;
  return poll === undefined || !isWaiting(poll.due, { now, longestMs });
}

/** The wait before the next request. It doubles with each failure after the first, up to an hour. */
function waitMsOf(address: string, installation: string, poll: { polls: number; failures: number }): number {
  const usual = MIN_WAIT_MS + (MAX_WAIT_MS - MIN_WAIT_MS) * jitter(address, installation, poll.polls);
  return Math.min(MAX_BACK_OFF_MS, usual * 2 ** Math.max(0, poll.failures - 1));
}

function reasonOf(before: Poll | undefined, answer: FeedAnswer): string | undefined {
  if (answer.kind === 'fault') return answer.reason;
  if (answer.kind === 'not_modified') return before?.state === 'ok' ? before.reason : undefined;
  return answer.refusedDates === undefined ? undefined : `left out ${answer.refusedDates}`;
}

/** The status after a request at `now`. */
export function nextPoll(
  before: Poll | undefined,
  answer: FeedAnswer,
  { address, installation, now }: { address: string; installation: string; now: number },
): Poll {
  const isFault = answer.kind === 'fault';
  const polls = (before?.polls ?? 0) + 1;
  const failures = isFault ? (before?.failures ?? 0) + 1 : 0;
  const usualMs = waitMsOf(address, installation, { polls, failures });
  const retryAfterMs = isFault ? answer.retryAfterMs : undefined;
  // A short `Retry-After` is used once; a feed that keeps failing gets the usual waits.
  const isFirstRetry = retryAfterMs !== undefined && failures === 1;
  const waitMs = isFirstRetry ? retryAfterMs : Math.max(usualMs, retryAfterMs ?? 0);
  const failed = retryAfterMs ? 'resting' : 'failing';
  const state = isFault ? failed : 'ok';
  const charset = answer.kind === 'items' ? answer.charset : before?.charset;
  return {
    ...nextStatus(before, { state, reason: reasonOf(before, answer), now }),
    due: now + waitMs,
    polls,
    failures,
    validators: answer.kind === 'items' ? answer.validators : (before?.validators ?? {}),
    ...(charset && { charset }),
  };
}
