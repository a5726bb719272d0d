import { readNumber } from '../../domain/admission.ts';
import { SourceError } from '../../domain/errors.ts';
import { MINUTE } from '../../domain/time/bucket-width.ts';
import { BITCOIN_BEGAN, HOUR } from '../../domain/time/time.ts';
import { arrayOf, objectOf, plain, timeOf } from '../../exchanges/clients/request.ts';
import { jitter } from '../../news/feeds/polling.ts';
import type { Outbound } from '../../outbound/client.ts';
import { requestJson } from '../../outbound/json.ts';
import { isWaiting, nextStatus, type UpstreamStatus } from '../../stores/upstream-status.ts';

/** The index, which is shown beside the sentiment and never mixed into it. */
interface FearAndGreed {
  /** 0 (extreme fear) to 100 (extreme greed). */
  readonly value: number;
  /** The publisher's own. */
  readonly label: string;
  /** The day it describes, in epoch milliseconds. */
  readonly time: number;
}

/** The saved state of the index: plain JSON. Times in epoch milliseconds. */
export interface FearAndGreedState extends UpstreamStatus {
  /** The newest index received, also after failures. */
  readonly index?: FearAndGreed;
  /** The time of the next request. */
  readonly due: number;
  readonly failures: number;
}

/** The index's terms require attribution wherever it is shown. */
export const ATTRIBUTION = {
  name: 'alternative.me',
  link: 'https://alternative.me/crypto/fear-and-greed-index/',
};

export interface FearAndGreedRequest {
  readonly outbound: Outbound;
  /** The base URL, without `/fng/`. */
  readonly url: string;
  /** The id of this installation, which spreads requests over time. */
  readonly installation: string;
  readonly now: number;
  readonly deadlineMs?: number;
  readonly signal: AbortSignal;
}

const DEADLINE_MS = 8000;
const BODY_LIMIT_BYTES = 2 ** 16;
/** The index is updated once a day, so any other announced time is treated as one of these. */
const MIN_WAIT_MS = 10 * MINUTE;
const MAX_WAIT_MS = 25 * HOUR;
/** Requests are spread over this time after an update. */
const SPREAD_MS = 5 * MINUTE;
const MAX_FAILURE_WAIT_MS = 6 * HOUR;
const MAX_LABEL_CHARACTERS = 40;

/** The documentation has `null` where an error would be, and does not describe one. */
function throwReportedError(metadata: unknown): void {
  const error = (metadata as { error?: unknown } | null | undefined)?.error;
  if (typeof error === 'string' && error !== '')
    throw new SourceError('unexpected_body', `the source sent an error: ${plain(error)}`);
}

function readBody(body: unknown): { index: FearAndGreed; untilUpdateMs: number } {
  const { metadata, data } = objectOf(body);
  throwReportedError(metadata);
  const row = objectOf(arrayOf(data)[0]);
  const value = readNumber(row['value']) ?? Number.NaN;
  const label = row['value_classification'];
  const time = timeOf(row['timestamp']);
  const isValid = Number.isInteger(value) && value >= 0 && value <= 100 && time >= BITCOIN_BEGAN;
  if (!isValid || typeof label !== 'string' || label === '')
    throw new SourceError('unexpected_body', 'the source sent JSON without an index');
  const seconds = readNumber(row['time_until_update']) ?? Number.NaN;
  return {
    index: { value, label: label.slice(0, MAX_LABEL_CHARACTERS), time },
    untilUpdateMs: Number.isFinite(seconds) ? seconds * 1000 : HOUR,
  };
}

async function fetchIndex(request: FearAndGreedRequest, before: FearAndGreedState | undefined) {
  const { outbound, url, installation, now, deadlineMs = DEADLINE_MS, signal } = request;
  const address = new URL(`${url.replace(/\/$/, '')}/fng/?limit=1`);
  const { status, body } = await requestJson(
    outbound,
    address,
    { deadlineMs, bodyLimit: BODY_LIMIT_BYTES },
    signal,
  );
  if (status !== 200) throw new SourceError('bad_status', `the source answered ${status}`);
  const { index, untilUpdateMs } = readBody(body);
  const waitMs = Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, untilUpdateMs));
  const due = now + waitMs + SPREAD_MS * jitter(url, installation, now);
  return { index, ...nextStatus(before, { state: 'ok', reason: undefined, now }), due, failures: 0 };
}

/**
 * Requests the index if it is due: about once a day, when its next update is announced. After a failure the next request
 * follows in ten minutes, then after twice as long each time, up to six hours.
 *
 * @throws the signal's reason.
 */
export async function updateFearAndGreed(
  before: FearAndGreedState | undefined,
  request: FearAndGreedRequest,
): Promise<FearAndGreedState> {
  const { now, signal } = request;
  if (before && isWaiting(before.due, { now, longestMs: MAX_WAIT_MS + SPREAD_MS })) return before;
  try {
    return await fetchIndex(request, before);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SourceError)) throw error;
    const failures = (before?.failures ?? 0) + 1;
    return {
      ...before,
      ...nextStatus(before, { state: 'failing', reason: error.message, now }),
      due: now + Math.min(MAX_FAILURE_WAIT_MS, MIN_WAIT_MS * 2 ** (failures - 1)),
      failures,
    };
  }
}
