import { setImmediate } from 'node:timers/promises';
import type { TextFormat } from '../../domain/history.ts';
import { type CountedWidth, judgedHourAt, MOST_HOURS, VERDICT_COLUMNS } from '../../domain/past/verdict.ts';
import { bucketStart, WIDTHS } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import { createTimeWriter } from '../../domain/time/time-writer.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { endedHours, judgedHours } from './judged-hours.ts';
import { areHoursClosed, oldestOnce, type RangeQuery, rangeOf } from './query-range.ts';
import { createRowWriter, type RowWriter } from './row-text.ts';
import { createRowMaker, type Row, type RowMaker } from './verdict-rows.ts';
import { createVerdictTexts } from './verdict-texts.ts';

interface VerdictsQuery extends RangeQuery {
  readonly spells: boolean;
  /** With another width than `1h`, the verdicts of each bucket are counted. */
  readonly bucket: CountedWidth;
}

interface VerdictsPlan {
  readonly kind: 'verdicts' | 'spells' | 'counts';
  readonly bucket: CountedWidth;
  /** Whole hours that have ended, at most `MOST_HOURS`, or buckets. Empty if none has. */
  readonly range: Range;
  /** The range of the pages that follow, if the query means more hours. */
  readonly rest: Range | undefined;
  /** Only an import or a deletion can change the verdicts, and the query means the same tomorrow. */
  readonly isClosed: boolean;
}

export interface Verdicts {
  /** Works out what a query means. @throws like `rangeOf`. */
  plan(query: VerdictsQuery): Promise<VerdictsPlan>;
  /**
   * The verdicts, their spells or their counts as ASCII text, in pieces that take a fraction of a millisecond each, spread over turns of
   * the event loop.
   *
   * @throws StoreError.
   */
  text(plan: VerdictsPlan, format: TextFormat, signal: AbortSignal): AsyncIterable<string | Uint8Array>;
}

/** An hour takes less than a microsecond. */
const HOURS_PER_TURN = 400;

export function createVerdicts(options: {
  store: Pick<SampleStore, 'oldest' | 'hours'>;
  clock: () => number;
}): Verdicts {
  const { store, clock } = options;
  const verdictText = createVerdictTexts();

  async function* rows(maker: RowMaker, writer: RowWriter<Row>, range: Range, signal: AbortSignal) {
    for await (const judged of judgedHours(store, range)) {
      const { length } = judged.directions;
      for (let at = 0; at < length; at += HOURS_PER_TURN) {
        signal.throwIfAborted();
        const made: Row[] = [];
        for (let index = at; index < Math.min(at + HOURS_PER_TURN, length); index += 1) {
          const hour = judgedHourAt(judged, index);
          const row = hour && maker.next(hour);
          if (row) made.push(row);
        }
        yield writer.rows(made);
        if (at + HOURS_PER_TURN < length) await setImmediate();
      }
    }
    const last = maker.next(undefined);
    if (last) yield writer.rows([last]);
  }

  return {
    async plan(query) {
      const now = clock();
      const kind = query.spells ? 'spells' : query.bucket === '1h' ? 'verdicts' : 'counts';
      const width = kind === 'counts' ? WIDTHS[query.bucket] : HOUR;
      const readOldest = oldestOnce(store);
      const asked = endedHours(await rangeOf(query, now, readOldest), now);
      const first = bucketStart(asked.from, width);
      // Skips the years before the first sample.
      const isLong = asked.to - first > MOST_HOURS * width;
      const oldest = isLong ? await readOldest() : undefined;
      const from = Math.min(Math.max(first, bucketStart(oldest ?? 0, width)), asked.to);
      const to = Math.min(asked.to, from + MOST_HOURS * width);
      const rest = to < asked.to ? { from: to, to: asked.to } : undefined;
      const isClosed = await areHoursClosed({ from: first, to: asked.to }, now, query, readOldest);
      return { kind, bucket: query.bucket, range: { from, to }, rest, isClosed };
    },

    async *text({ kind, bucket, range, rest }, format, signal) {
      const timeText = createTimeWriter();
      const nextText = rest ? `"${timeText(rest.from)}"` : 'null';
      const head = `{"from":"${timeText(range.from)}","to":"${timeText(range.to)}","next":${nextText},"${kind}":`;
      const maker = kind === 'verdicts' ? undefined : createRowMaker(kind, WIDTHS[bucket]);
      const columns = maker?.columns ?? VERDICT_COLUMNS;
      const writer = createRowWriter<Row>(format, columns, { head, tail: '}' });
      yield writer.head;
      if (maker) yield* rows(maker, writer, range, signal);
      else yield* verdictText(store, range, format, signal);
      yield writer.tail;
    },
  };
}
