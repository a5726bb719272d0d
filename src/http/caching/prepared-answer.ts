import { answer, type SourceName } from '../../domain/answer.ts';
import type { SummaryWithFreshness } from '../../domain/summary.ts';
import { CORS_HEADERS, commonHeaders } from '../headers.ts';
import { etagOf } from './conditional.ts';

type Headers = Readonly<Record<string, string | number>>;

/** Much shorter than STALE_AFTER, so that no cache hides staleness. */
export const SHORT_CACHING = 'public, max-age=5, stale-while-revalidate=25';

/** The body is a string because Node.js then writes head and body at once. */
interface PreparedAnswer {
  readonly isStale: boolean;
  readonly etag: string;
  readonly body: string;
  readonly headers: Headers;
  /** For a 304: RFC 9110, section 15.4.5. */
  readonly notModifiedHeaders: Headers;
}

/** Returns the answer of a summary at a time in epoch milliseconds. */
export type Prepare = (latest: SummaryWithFreshness, now: number) => PreparedAnswer;

/** Prepares each summary once, as a fresh and as a stale answer; the clock selects one of them. */
export function createPreparer(source: SourceName): {
  readonly prepare: Prepare;
  /** From now on, answers have `Connection: close`. */
  closeConnections(): void;
} {
  let last: { of: SummaryWithFreshness; fresh: PreparedAnswer; stale: PreparedAnswer } | undefined;
  let connection: Headers = {};

  function prepareOne(latest: SummaryWithFreshness, isStale: boolean): PreparedAnswer {
    const body = JSON.stringify(answer(latest.summary, { stale: isStale, source }));
    const etag = etagOf(body);
    const notModifiedHeaders = {
      ...commonHeaders(source),
      ...CORS_HEADERS,
      'Cache-Control': SHORT_CACHING,
      ETag: etag,
      ...connection,
    };
    const headers = {
      ...notModifiedHeaders,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    };
    return { isStale, etag, body, headers, notModifiedHeaders };
  }

  return {
    prepare(latest, now) {
      if (last?.of !== latest)
        last = { of: latest, fresh: prepareOne(latest, false), stale: prepareOne(latest, true) };
      return now > latest.freshUntil ? last.stale : last.fresh;
    },
    closeConnections() {
      connection = { Connection: 'close' };
      last = undefined;
    },
  };
}
