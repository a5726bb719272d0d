import { answer, type SourceName } from '../domain/answer.ts';
import type { KeptSummary } from '../service/summary.ts';
import { etagOf } from './etag.ts';
import { CORS_HEADERS, commonHeaders } from './headers.ts';

type Headers = Readonly<Record<string, string | number>>;

/** A body ready to be written: a string, for Node joins head and string into one write. */
export interface PreparedBody {
  readonly etag: string;
  readonly body: string;
  readonly headers: Headers;
  /** Those of a 304: RFC 9110, section 15.4.5. */
  readonly unchangedHeaders: Headers;
}

interface Prepared extends PreparedBody {
  readonly isStale: boolean;
}

export function prepareBody(body: string, source: SourceName): PreparedBody {
  const etag = etagOf(body);
  const unchangedHeaders = {
    ...commonHeaders(source),
    ...CORS_HEADERS,
    // Short beside STALE_AFTER, so that no cache hides staleness.
    'Cache-Control': 'public, max-age=5, stale-while-revalidate=25',
    ETag: etag,
  };
  const headers = {
    ...unchangedHeaders,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  };
  return { etag, body, headers, unchangedHeaders };
}

/** The answer of a kept summary at a time, in epoch milliseconds. */
export type Preparer = (kept: KeptSummary, now: number) => Prepared;

/** Prepares each summary once, in both of its states; the clock chooses as the answer leaves. */
export function createPreparer(source: SourceName): Preparer {
  let last: { kept: KeptSummary; fresh: Prepared; stale: Prepared } | undefined;
  return (kept, now) => {
    if (last?.kept !== kept) {
      const state = (isStale: boolean): Prepared => {
        const body = JSON.stringify(answer(kept.summary, { stale: isStale, source }));
        return { isStale, ...prepareBody(body, source) };
      };
      last = { kept, fresh: state(false), stale: state(true) };
    }
    return now > kept.freshUntil ? last.stale : last.fresh;
  };
}
