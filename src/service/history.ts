import { setImmediate } from 'node:timers/promises';
import type { HistoryBucket } from '../domain/bucket.ts';
import type { Format } from '../domain/history.ts';
import { bucketsOf, chooseSpan, MOST_BUCKETS, type Span } from '../domain/time/bucket-span.ts';
import { bucketStart, WIDTHS, type WidthName } from '../domain/time/bucket-width.ts';
import type { Range } from '../domain/time/range.ts';
import { BITCOIN_BEGAN, CLOCK_TOLERANCE, HOUR } from '../domain/time/time.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import { createTextWriter } from './past/history-text.ts';
import { isClosedBy, oldestOnce, type RangeQuery, rangeOf } from './past/query-range.ts';

interface HistoryQuery extends RangeQuery {
  readonly bucket: WidthName | 'auto';
}

export interface HistoryPlan {
  /** The range, widened to whole buckets; or its first page, if it has more buckets than fit in a response. */
  readonly span: Span;
  /** The range of the pages that follow. */
  readonly rest: Range | undefined;
  /** Set if the buckets are finer than an hour, and begin before this time, whose samples were trimmed. Epoch milliseconds. */
  readonly trimmedBefore: number | undefined;
  /** Only an import or a deletion can change the history, and the query means the same tomorrow. */
  readonly isClosed: boolean;
}

export interface Histories {
  /**
   * Works out what a query means.
   *
   * @throws MomentError if a time is invalid, or `from` is not before `to`; StoreError if the query needs to know which
   *   samples exist and the store fails.
   */
  plan(query: HistoryQuery): Promise<HistoryPlan>;
  /**
   * The history as ASCII text or as bytes, in pieces that take a fraction of a millisecond each, spread over turns of the
   * event loop.
   *
   * @throws StoreError.
   */
  content(span: Span, format: Format, signal: AbortSignal): AsyncIterable<string | Uint8Array>;
}

/** A row takes about a third of a microsecond. */
const ROWS_PER_TURN = 200;

interface ContentWriter {
  readonly head: string;
  /** Must be called in the order of time. */
  rows(buckets: readonly HistoryBucket[]): string | Uint8Array;
  tail(): string | Uint8Array;
}

/** Of Parquet: to write one takes about two milliseconds. */
const ROWS_PER_GROUP = 1000;

async function createContentWriter(span: Span, format: Format): Promise<ContentWriter> {
  if (format !== 'parquet') {
    const { head, rows, tail } = createTextWriter(span, format);
    return { head, rows, tail: () => tail };
  }
  const { bucketParquet } = await import('../parquet/rows.ts');
  const { add, end } = bucketParquet(ROWS_PER_GROUP);
  return { head: '', rows: add, tail: end };
}

/** The first page of a span, and the range of the others. No page begins before the oldest sample, or ends after the newest. */
function firstPage(span: Span, oldest: number | undefined, now: number): Pick<HistoryPlan, 'span' | 'rest'> {
  const width = WIDTHS[span.bucket];
  const to = Math.max(
    span.from + width,
    Math.min(span.to, bucketStart(now + CLOCK_TOLERANCE, width) + width),
  );
  const from = Math.min(Math.max(span.from, bucketStart(oldest ?? to - 1, width)), to - width);
  const end = from + MOST_BUCKETS * width;
  if (to <= end) return { span: { ...span, from, to }, rest: undefined };
  return { span: { ...span, from, to: end }, rest: { from: end, to } };
}

export function createHistories(options: {
  store: Pick<SampleStore, 'oldest' | 'rawSince' | 'buckets'>;
  clock: () => number;
}): Histories {
  const { store, clock } = options;

  return {
    async plan({ from, to, bucket }) {
      const now = clock();
      const readOldest = oldestOnce(store);
      const range = await rangeOf({ from, to }, now, readOldest);
      let whole = chooseSpan(range, bucket);
      const rawSince = WIDTHS[whole.bucket] < HOUR ? await store.rawSince() : undefined;
      const isTrimmed = rawSince !== undefined && whole.from < rawSince;
      if (isTrimmed && bucket === 'auto') whole = chooseSpan(range, bucket, '1h');
      const isLong = bucketsOf(whole) > MOST_BUCKETS;
      const page = isLong ? firstPage(whole, await readOldest(), now) : { span: whole, rest: undefined };
      const trimmedBefore = isTrimmed && bucket !== 'auto' ? rawSince : undefined;
      return { ...page, trimmedBefore, isClosed: isClosedBy(whole.to, now, [from, to]) };
    },

    async *content(span, format, signal) {
      const writer = await createContentWriter(span, format);
      const width = WIDTHS[span.bucket];
      // No sample is older, and stores need not support times before the epoch.
      const from = Math.max(span.from, bucketStart(BITCOIN_BEGAN, width));
      yield writer.head;
      let rows = 0;
      if (from < span.to) {
        for await (const slice of store.buckets({ from, to: span.to }, width)) {
          signal.throwIfAborted();
          for (let at = 0; at < slice.length; at += ROWS_PER_TURN) {
            signal.throwIfAborted();
            const part = slice.slice(at, at + ROWS_PER_TURN);
            yield writer.rows(part);
            rows += part.length;
            if (rows < ROWS_PER_TURN) continue;
            rows = 0;
            await setImmediate();
          }
        }
      }
      yield writer.tail();
    },
  };
}
