import { setImmediate } from 'node:timers/promises';
import type { Format } from '../domain/history.ts';
import { bucketsOf, chooseSpan, fitting, MOST_BUCKETS, type Span } from '../domain/time/bucket-span.ts';
import { bucketStart, DAY, WIDTHS, type WidthName } from '../domain/time/bucket-width.ts';
import { BITCOIN_BEGAN } from '../domain/time/time.ts';
import { type Moment, MomentError, parseMoment } from '../domain/time/time-expression.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import { createWriter } from './history-text.ts';
import type { Summaries } from './summary.ts';

/** What is asked for, as it was given. */
interface HistoryQuestion {
  readonly from: string;
  readonly to: string;
  readonly bucket: WidthName | 'auto';
}

/** What a question comes to. */
export type HistoryPlan =
  | {
      readonly kind: 'span';
      readonly span: Span;
      /** Nothing but an import or a deletion can change it, and the same question means the same tomorrow. */
      readonly isClosed: boolean;
    }
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'too_many'; readonly reason: string; readonly fits: WidthName | undefined };

export interface Histories {
  /** @throws StoreError where the oldest sample is asked for, and cannot be had. */
  plan(question: HistoryQuestion): Promise<HistoryPlan>;
  /**
   * The history's text, in pieces that are each a fraction of a millisecond of work, with turns of the event loop between.
   * It is ASCII.
   *
   * @throws StoreError.
   */
  text(span: Span, format: Format, signal: AbortSignal): AsyncIterable<string>;
  /** Another number after each change that this process knows of: what was begun before one is not for who comes after it. */
  version(): number;
}

/** A row takes about a third of a microsecond. */
const ROWS_OF_A_TURN = 200;

/** How long after its end samples of a range still come in: gaps are filled a day back. Milliseconds. */
const SETTLED_AFTER = DAY;

/** Only a text that names a time itself means the same one tomorrow. */
const isFixed = (text: string): boolean => /^\d/.test(text);

export function createHistories(options: {
  store: Pick<SampleStore, 'oldest' | 'buckets'>;
  summaries: Pick<Summaries, 'watch'>;
  clock: () => number;
}): Histories {
  const { store, summaries, clock } = options;
  let version = 0;
  // For as long as both live.
  summaries.watch(() => {
    version += 1;
  });

  function parse(name: 'from' | 'to', text: string, now: number): Moment {
    try {
      return parseMoment(text, now);
    } catch (error) {
      if (error instanceof MomentError) throw new MomentError(`${name} ${error.message}`);
      throw error;
    }
  }

  async function plan({ from, to, bucket }: HistoryQuestion): Promise<HistoryPlan> {
    const now = clock();
    const first = parse('from', from, now);
    const last = parse('to', to, now);
    const oldest = first === 'oldest' || last === 'oldest' ? await store.oldest() : undefined;
    const end = last === 'oldest' ? (oldest ?? now) : last;
    // Where nothing is kept, or all of it later, it is the one bucket before the end, and that is empty.
    const begin = first === 'oldest' ? Math.min(oldest ?? end, end - 1) : first;
    if (begin >= end) return { kind: 'wrong', reason: 'from has to be before to' };
    const range = { from: begin, to: end };
    const span = chooseSpan(range, bucket);
    const count = bucketsOf(span);
    if (count > MOST_BUCKETS) {
      const fits = fitting(range);
      const advice = fits ? `a bucket of ${fits} fits` : 'no bucket fits: ask for a shorter range';
      const reason = `there are ${count} buckets of ${span.bucket} in this range, and at most ${MOST_BUCKETS} are told at once; ${advice}`;
      return { kind: 'too_many', reason, fits };
    }
    const isClosed = isFixed(from) && isFixed(to) && span.to <= now - SETTLED_AFTER;
    return { kind: 'span', span, isClosed };
  }

  async function* text(span: Span, format: Format, signal: AbortSignal): AsyncGenerator<string> {
    const writer = createWriter(span, format);
    const width = WIDTHS[span.bucket];
    // No sample can be older, and a store need not know what to do with times before the epoch.
    const from = Math.max(span.from, bucketStart(BITCOIN_BEGAN, width));
    yield writer.head;
    let rows = 0;
    if (from < span.to) {
      for await (const slice of store.buckets({ from, to: span.to }, width)) {
        signal.throwIfAborted();
        for (let at = 0; at < slice.length; at += ROWS_OF_A_TURN) {
          signal.throwIfAborted();
          const part = slice.slice(at, at + ROWS_OF_A_TURN);
          yield writer.rows(part);
          rows += part.length;
          if (rows < ROWS_OF_A_TURN) continue;
          rows = 0;
          await setImmediate();
        }
      }
    }
    yield writer.tail;
  }

  return {
    async plan(question) {
      try {
        return await plan(question);
      } catch (error) {
        if (error instanceof MomentError) return { kind: 'wrong', reason: error.message };
        throw error;
      }
    },
    text,
    version: () => version,
  };
}
