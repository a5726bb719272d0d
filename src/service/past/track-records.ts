import { setImmediate } from 'node:timers/promises';
import type { SourceName } from '../../domain/answer.ts';
import type { TrackRecordAnswer } from '../../domain/past/track-record-answer.ts';
import { createJudge } from '../../domain/past/verdict.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { collectHours, type RecordHours, sameHours } from '../../track-record/hours.ts';
import { trackRecordAnswer } from '../../track-record/response.ts';
import { type HorizonRecord, trackRecord } from '../../track-record/track-record.ts';
import { isClosedBy, type RangeQuery, rangeOf } from './query-range.ts';
import { endedHours } from './verdicts.ts';

interface TrackRecordPlan {
  /** Whole hours that have ended. Empty if none has. */
  readonly range: Range;
  /** Only an import or a deletion can change the record, and the query means the same tomorrow. */
  readonly isClosed: boolean;
}

export interface TrackRecords {
  /** Works out what a query means. @throws like `rangeOf`. */
  plan(query: RangeQuery): Promise<TrackRecordPlan>;
  /**
   * The record of a range of whole hours. No sample from its end on is used. It is computed in slices of a few milliseconds,
   * spread over turns of the event loop.
   *
   * @throws StoreError; the signal's reason.
   */
  read(range: Range, signal: AbortSignal): Promise<TrackRecordAnswer>;
}

/** How long the record is computed in one turn of the event loop, plus the overrun of the last piece. */
const SLICE_MS = 2;

export function createTrackRecords(options: {
  store: Pick<SampleStore, 'oldest' | 'hours'>;
  source: { readonly name: SourceName };
  clock: () => number;
}): TrackRecords {
  const { store, source, clock } = options;
  /** The last record. It stays right as long as its hours are the same, such as after a sample of the current hour. */
  let last: { readonly hours: RecordHours; readonly records: readonly HorizonRecord[] } | undefined;

  async function readHours({ from, to }: Range, signal: AbortSignal): Promise<RecordHours> {
    const { hours, add } = collectHours({ from, to });
    if (from >= to) return hours;
    const judge = createJudge();
    for await (const slice of store.hours({ from: from - 2 * HOUR, to })) {
      signal.throwIfAborted();
      for (const hour of slice) add(judge(hour));
    }
    return hours;
  }

  async function compute(hours: RecordHours, signal: AbortSignal): Promise<readonly HorizonRecord[]> {
    const steps = trackRecord(hours);
    let began = performance.now();
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (performance.now() - began < SLICE_MS) continue;
      await setImmediate();
      signal.throwIfAborted();
      began = performance.now();
    }
  }

  return {
    async plan(query) {
      const now = clock();
      const { from, to } = endedHours(await rangeOf(query, now, store), now);
      // Skips the years before the first sample.
      const oldest = (await store.oldest()) ?? 0;
      const range = { from: Math.min(Math.max(from, Math.floor(oldest / HOUR) * HOUR), to), to };
      // An empty range may be filled by a history that is still being fetched.
      return { range, isClosed: range.from < to && isClosedBy(to, now, [query.from, query.to]) };
    },
    async read(range, signal) {
      const hours = await readHours(range, signal);
      const records = last && sameHours(last.hours, hours) ? last.records : await compute(hours, signal);
      last = { hours, records };
      return trackRecordAnswer(range, records, source.name);
    },
  };
}
