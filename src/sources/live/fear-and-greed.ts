import { SourceError } from '../../domain/errors.ts';
import { epochUnitOf } from '../../domain/time/epoch-unit.ts';
import { plain } from '../../exchanges/venues/request.ts';
import { jitter } from '../../news/feeds/polling.ts';
import type { Outbound } from '../../outbound/client.ts';
import { requestJson } from '../../outbound/json.ts';
import { isWaiting, nextStatus, type UpstreamStatus } from '../../stores/upstream-status.ts';

/** The index as it is shown beside the sentiment, never mixed into it. The label is the publisher's own. */
interface FearAndGreed {
  /** 0 (extreme fear) to 100 (extreme greed). */
  readonly value: number;
  readonly label: string;
  /** The day that it is of. Epoch milliseconds. */
  readonly time: number;
}

/** What is remembered of asking: plain JSON, that goes in and comes out. Times in epoch milliseconds. */
export interface FearAndGreedState extends UpstreamStatus {
  /** The newest index that came, whatever happened since. */
  readonly index?: FearAndGreed;
  readonly due: number;
  readonly failures: number;
}

/** Whom to thank wherever the index is shown: its terms ask for it. */
export const ATTRIBUTION = {
  name: 'alternative.me',
  link: 'https://alternative.me/crypto/fear-and-greed-index/',
};

export interface FearAndGreedRequest {
  readonly outbound: Outbound;
  /** The base address, up to `/fng/`. */
  readonly url: string;
  /** What the service calls itself. */
  readonly userAgent: string;
  readonly installation: string;
  readonly now: number;
  /** For everything together. Milliseconds. */
  readonly deadline?: number;
  readonly signal: AbortSignal;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The index is renewed once a day: nothing it says can mean sooner or later than this. */
const SHORTEST = 10 * MINUTE;
const LONGEST = 25 * HOUR;
/** How long after its renewal it is asked for, at the most. */
const SPREAD = 5 * MINUTE;

/** All numbers come as strings of digits; numbers are taken too. */
function readWhole(value: unknown): number | undefined {
  const isDigits = typeof value === 'string' && /^\d{1,20}$/.test(value);
  const number = isDigits ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

interface Row {
  readonly value?: unknown;
  readonly value_classification?: unknown;
  readonly timestamp?: unknown;
  readonly time_until_update?: unknown;
}

/** The publisher's own words where it failed: the documentation has `null` there, and knows no warnings. */
function errorIn(body: unknown): string | undefined {
  const error = (body as { metadata?: { error?: unknown } | null } | null)?.metadata?.error;
  return typeof error === 'string' && error !== '' ? plain(error) : undefined;
}

function readBody(body: unknown): { index: FearAndGreed; untilUpdate: number } {
  const error = errorIn(body);
  if (error !== undefined) throw new SourceError('unexpected_body', `the source sent an error: ${error}`);
  const row: Row | undefined | null = (body as { data?: unknown[] } | null)?.data?.[0] as Row | undefined;
  const [value, seconds] = [readWhole(row?.value), readWhole(row?.timestamp)];
  const label = row?.value_classification;
  if (
    value === undefined ||
    value < 0 ||
    value > 100 ||
    !seconds ||
    typeof label !== 'string' ||
    label === ''
  )
    throw new SourceError('unexpected_body', 'the source sent JSON that holds no index');
  const unit = epochUnitOf(seconds);
  if (unit !== 'seconds')
    throw new SourceError(
      'unexpected_body',
      `the source sent a time in ${unit ?? 'no known unit'} instead of seconds`,
    );
  const untilUpdate = (readWhole(row?.time_until_update) ?? HOUR / 1000) * 1000;
  return { index: { value, label: label.slice(0, 40), time: seconds * 1000 }, untilUpdate };
}

async function ask(request: FearAndGreedRequest, before: FearAndGreedState | undefined) {
  const { outbound, url, userAgent, installation, now, deadline = 8000, signal } = request;
  const address = new URL(`${url.replace(/\/$/, '')}/fng/?limit=1`);
  const headers = { 'user-agent': userAgent };
  const { status, body } = await requestJson(
    outbound,
    address,
    { deadlineMs: deadline, bodyLimit: 2 ** 16, headers },
    signal,
  );
  if (status !== 200) throw new SourceError('bad_status', `the source answered ${status}`);
  const { index, untilUpdate } = readBody(body);
  const wait = Math.min(LONGEST, Math.max(SHORTEST, untilUpdate)) + SPREAD * jitter(url, installation, now);
  const next = nextStatus(before, { state: 'ok', reason: undefined, now });
  return { index, ...next, due: now + wait, failures: 0 };
}

/**
 * Asks for the index where it is due, about once a day: when it says that it will be renewed. After a failure it is
 * asked again in ten minutes, twice as long after each further one, up to six hours.
 *
 * @throws when `signal` ends it: its reason.
 */
export async function askFearAndGreed(
  before: FearAndGreedState | undefined,
  request: FearAndGreedRequest,
): Promise<FearAndGreedState> {
  const { now, signal } = request;
  if (before && isWaiting(before.due, { now, longestMs: LONGEST + SPREAD })) return before;
  try {
    return await ask(request, before);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SourceError)) throw error;
    const failures = (before?.failures ?? 0) + 1;
    return {
      ...before,
      ...nextStatus(before, { state: 'failing', reason: error.message, now }),
      due: now + Math.min(6 * HOUR, SHORTEST * 2 ** (failures - 1)),
      failures,
    };
  }
}
