import { answer, type SourceName } from '../../domain/answer.ts';
import type { KeptSummary } from '../../domain/summary.ts';
import { CORS_HEADERS, commonHeaders } from '../headers.ts';
import { etagOf } from './conditional.ts';

type Headers = Readonly<Record<string, string | number>>;

/** Short beside STALE_AFTER, so that no cache hides staleness. */
export const SHORT_CACHING = 'public, max-age=5, stale-while-revalidate=25';

/** An answer ready to be written: a string, for Node joins head and string into one write. */
interface Prepared {
  readonly isStale: boolean;
  readonly etag: string;
  readonly body: string;
  readonly headers: Headers;
  /** Those of a 304: RFC 9110, section 15.4.5. */
  readonly unchangedHeaders: Headers;
}

/** The answer of a kept summary at a time, in epoch milliseconds. */
export type Preparer = (kept: KeptSummary, now: number) => Prepared;

/** Prepares each summary once, in both of its states; the clock chooses as the answer leaves. */
export function createPreparer(source: SourceName): {
  readonly prepared: Preparer;
  /** From here on every answer says that its connection ends with it. */
  closeConnections(): void;
} {
  let last: { kept: KeptSummary; fresh: Prepared; stale: Prepared } | undefined;
  let connection: Headers = {};

  function prepare(kept: KeptSummary, isStale: boolean): Prepared {
    const body = JSON.stringify(answer(kept.summary, { stale: isStale, source }));
    const etag = etagOf(body);
    const unchangedHeaders = {
      ...commonHeaders(source),
      ...CORS_HEADERS,
      'Cache-Control': SHORT_CACHING,
      ETag: etag,
      ...connection,
    };
    const headers = {
      ...unchangedHeaders,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    };
    return { isStale, etag, body, headers, unchangedHeaders };
  }

  return {
    prepared(kept, now) {
      if (last?.kept !== kept) last = { kept, fresh: prepare(kept, false), stale: prepare(kept, true) };
      return now > kept.freshUntil ? last.stale : last.fresh;
    },
    closeConnections() {
      connection = { Connection: 'close' };
      last = undefined;
    },
  };
}
