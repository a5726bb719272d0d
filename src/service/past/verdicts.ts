import { setImmediate } from 'node:timers/promises';
import type { TextFormat } from '../../domain/history.ts';
import { type CountedWidth, createJudge, type JudgedHour, MOST_HOURS } from '../../domain/past/verdict.ts';
import { bucketStart, WIDTHS } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import { BITCOIN_BEGAN, HOUR } from '../../domain/time/time.ts';
import { createTimeWriter } from '../../domain/time/time-writer.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { isClosedBy, type RangeQuery, rangeOf } from './query-range.ts';
import { createRowWriter } from './row-text.ts';
import { createRowMaker, type Row } from './verdict-rows.ts';

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
  /** The start of the next part, if the query means more hours. */
  readonly next: number | undefined;
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
  text(plan: VerdictsPlan, format: TextFormat, signal: AbortSignal): AsyncIterable<string>;
}

/** An hour takes less than a microsecond. */
const HOURS_PER_TURN = 400;

/** The whole hours whose last millisecond is in a range and before `now`. */
export function endedHours({ from, to }: Range, now: number): Range {
  const hourOf = (time: number) => Math.floor(time / HOUR) * HOUR;
  const end = Math.max(hourOf(Math.min(to, now)), 0);
  return { from: Math.min(hourOf(Math.max(from, BITCOIN_BEGAN)), end), to: end };
}

/** The judged hours of a range of whole hours, in slices. Each is judged with the hours before it, also before the range. */
export async function* judgedHours(
  store: Pick<SampleStore, 'hours'>,
  { from, to }: Range,
): AsyncGenerator<readonly JudgedHour[]> {
  if (from >= to) return;
  const judge = createJudge();
  for await (const hours of store.hours({ from: from - 2 * HOUR, to })) {
    yield hours.map(judge).filter(({ hour }) => hour.start >= from);
  }
}

export function createVerdicts(options: {
  store: Pick<SampleStore, 'oldest' | 'hours'>;
  clock: () => number;
}): Verdicts {
  const { store, clock } = options;

  return {
    async plan(query) {
      const now = clock();
      const kind = query.spells ? 'spells' : query.bucket === '1h' ? 'verdicts' : 'counts';
      const width = kind === 'counts' ? WIDTHS[query.bucket] : HOUR;
      const asked = endedHours(await rangeOf(query, now, store), now);
      const first = bucketStart(asked.from, width);
      // Skips the years before the first sample.
      const isLong = asked.to - first > MOST_HOURS * width;
      const oldest = isLong ? await store.oldest() : undefined;
      const from = Math.min(Math.max(first, bucketStart(oldest ?? 0, width)), asked.to);
      const to = Math.min(asked.to, from + MOST_HOURS * width);
      const next = to < asked.to ? to : undefined;
      const isClosed = from < to && isClosedBy(to, now, [query.from, query.to]);
      return { kind, bucket: query.bucket, range: { from, to }, next, isClosed };
    },

    async *text({ kind, bucket, range, next }, format, signal) {
      const timeText = createTimeWriter();
      const nextText = next === undefined ? 'null' : `"${timeText(next)}"`;
      const head = `{"from":"${timeText(range.from)}","to":"${timeText(range.to)}","next":${nextText},"${kind}":`;
      const maker = createRowMaker(kind, WIDTHS[bucket]);
      const writer = createRowWriter<Row>(format, maker.columns, { head, tail: '}' });
      yield writer.head;
      for await (const hours of judgedHours(store, range)) {
        for (let at = 0; at < hours.length; at += HOURS_PER_TURN) {
          signal.throwIfAborted();
          const rows: Row[] = [];
          for (const hour of hours.slice(at, at + HOURS_PER_TURN)) {
            const row = maker.next(hour);
            if (row) rows.push(row);
          }
          yield writer.rows(rows);
          if (at + HOURS_PER_TURN < hours.length) await setImmediate();
        }
      }
      const last = maker.next(undefined);
      if (last) yield writer.rows([last]);
      yield writer.tail;
    },
  };
}
