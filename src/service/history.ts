import { setImmediate } from 'node:timers/promises';
import type { Format } from '../domain/history.ts';
import { chooseSpan, type Span } from '../domain/time/bucket-span.ts';
import { bucketStart, WIDTHS, type WidthName } from '../domain/time/bucket-width.ts';
import type { Range } from '../domain/time/range.ts';
import { BITCOIN_BEGAN } from '../domain/time/time.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import { createWriter } from './history-text.ts';
import { isClosedBy, type RangeQuery, rangeOf } from './past/query-range.ts';
import type { Summaries } from './summary.ts';

interface HistoryQuery extends RangeQuery {
  readonly bucket: WidthName | 'auto';
}

export interface HistoryPlan {
  readonly range: Range;
  /** The range, widened to whole buckets. Their number is not limited here. */
  readonly span: Span;
  /** Only an import or a deletion can change the history, and the query means the same tomorrow. */
  readonly isClosed: boolean;
}

export interface Histories {
  /**
   * Works out what a query means.
   *
   * @throws MomentError if a time is invalid, or `from` is not before `to`; StoreError if the query needs the oldest sample
   *   and the store fails.
   */
  plan(query: HistoryQuery): Promise<HistoryPlan>;
  /**
   * The history as ASCII text, in pieces that take a fraction of a millisecond each, spread over turns of the event loop.
   *
   * @throws StoreError.
   */
  text(span: Span, format: Format, signal: AbortSignal): AsyncIterable<string>;
  /** Changes whenever this process learns of a change: readers after it must not get a history that was started before. */
  version(): number;
}

/** A row takes about a third of a microsecond. */
const ROWS_PER_TURN = 200;

export function createHistories(options: {
  store: Pick<SampleStore, 'oldest' | 'buckets'>;
  summaries: Pick<Summaries, 'watch'>;
  clock: () => number;
}): Histories {
  const { store, summaries, clock } = options;
  let version = 0;
  summaries.watch(() => {
    version += 1;
  });

  return {
    async plan({ from, to, bucket }) {
      const now = clock();
      const range = await rangeOf({ from, to }, now, store);
      const span = chooseSpan(range, bucket);
      const isClosed = isClosedBy(span.to, now, [from, to]);
      return { range, span, isClosed };
    },

    async *text(span, format, signal) {
      const writer = createWriter(span, format);
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
      yield writer.tail;
    },

    version: () => version,
  };
}
