import { hash } from 'node:crypto';
import { MAX_BACK_OFF_MS } from '../../outbound/retry-after.ts';
import { isWaiting, nextStatus, type UpstreamStatus } from '../../stores/upstream-status.ts';
import type { ActualCharset } from './charset.ts';
import type { FeedAnswer, Validators } from './fetch.ts';

/** What is known of asking one feed: plain JSON, kept over restarts and shared by a fleet. Times in epoch milliseconds. */
export interface Poll extends UpstreamStatus {
  /** When it is asked next. */
  readonly due: number;
  /** How often it was asked. */
  readonly polls: number;
  /** How often it failed since it last did not. */
  readonly failures: number;
  readonly validators: Validators;
  /** What its newest documents were written in, where they said UTF-8. */
  readonly charset?: ActualCharset;
}

/** How long a feed is left alone between two polls. Milliseconds. */
const SHORTEST = 300_000;
const LONGEST = 540_000;

/** A place between the two of its own for each feed, installation and poll, in [0, 1): always the same for these. */
export function jitter(...parts: readonly (string | number)[]): number {
  return Number.parseInt(hash('sha256', parts.join('\n'), 'hex').slice(0, 8), 16) / 2 ** 32;
}

export function isDue(poll: Poll | undefined, now: number): boolean {
  const longestMs = poll?.failures === 0 ? LONGEST : MAX_BACK_OFF_MS;
  return poll === undefined || !isWaiting(poll.due, { now, longestMs });
}

/** Until a feed that answers is asked again; twice as long after each further failure, up to an hour. */
function pause(address: string, installation: string, poll: { polls: number; failures: number }): number {
  const usual = SHORTEST + (LONGEST - SHORTEST) * jitter(address, installation, poll.polls);
  return Math.min(MAX_BACK_OFF_MS, usual * 2 ** Math.max(0, poll.failures - 1));
}

function reasonOf(before: Poll | undefined, answer: FeedAnswer): string | undefined {
  if (answer.kind === 'fault') return answer.reason;
  if (answer.kind === 'not_modified') return before?.state === 'ok' ? before.reason : undefined;
  return answer.refusedDates === undefined ? undefined : `left out ${answer.refusedDates}`;
}

/** What is known of a feed once it has answered, asked at `now`. */
export function afterAnswer(
  before: Poll | undefined,
  answer: FeedAnswer,
  { address, installation, now }: { address: string; installation: string; now: number },
): Poll {
  const isFault = answer.kind === 'fault';
  const polls = (before?.polls ?? 0) + 1;
  const failures = isFault ? (before?.failures ?? 0) + 1 : 0;
  const usual = pause(address, installation, { polls, failures });
  const rest = isFault ? answer.retryAfter : undefined;
  // An early return is taken up once: who fails again and again is left alone as others are.
  const wait = rest !== undefined && failures === 1 ? rest : Math.max(usual, rest ?? 0);
  const failed = rest ? 'resting' : 'failing';
  const state = isFault ? failed : 'ok';
  const charset = answer.kind === 'items' ? answer.charset : before?.charset;
  return {
    ...nextStatus(before, { state, reason: reasonOf(before, answer), now }),
    due: now + wait,
    polls,
    failures,
    validators: answer.kind === 'items' ? answer.validators : (before?.validators ?? {}),
    ...(charset && { charset }),
  };
}
