import { setImmediate } from 'node:timers/promises';
import type { SourceName } from '../../domain/answer.ts';
import type { TrackRecordAnswer } from '../../domain/past/track-record-answer.ts';
import type { Range } from '../../domain/time/range.ts';
import { HOUR } from '../../domain/time/time.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { collectHours, type RecordHours, sameHours } from '../../track-record/hours.ts';
import { trackRecordAnswer } from '../../track-record/response.ts';
import { createRoom, type HorizonRecord, type Room, trackRecord } from '../../track-record/track-record.ts';
import { endedHours, judgedHours } from './judged-hours.ts';
import { areHoursClosed, oldestOnce, type RangeQuery, rangeOf } from './query-range.ts';

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
   * The record of a range of whole hours. No sample from its end on is used. It is computed in slices of a millisecond or two,
   * spread over turns of the event loop.
   *
   * @throws StoreError; the signal's reason.
   */
  read(range: Range, signal: AbortSignal): Promise<TrackRecordAnswer>;
}

/** How many records are kept, with their hours: of ten years, each takes 1.5 MB. */
const MAX_KEPT = 4;

interface Kept {
  readonly version: string;
  readonly hours: RecordHours;
  readonly answer: TrackRecordAnswer;
}

/** How long the record is computed in one turn of the event loop, plus the overrun of the last piece. */
const SLICE_MS = 1;

export function createTrackRecords(options: {
  store: Pick<SampleStore, 'oldest' | 'hours' | 'version'>;
  source: { readonly name: SourceName };
  clock: () => number;
}): TrackRecords {
  const { store, source, clock } = options;
  /** By range, the oldest first. A record stays right as long as its hours are the same, such as after a sample of the current hour. */
  const records = new Map<string, Kept>();
  let freeRoom: Room | undefined;
  let freeHours: RecordHours | undefined;

  function keep(key: string, kept: Kept): void {
    records.delete(key);
    const [oldest] = records;
    if (oldest && records.size >= MAX_KEPT) {
      records.delete(oldest[0]);
      freeHours = oldest[1].hours;
    }
    records.set(key, kept);
  }

  async function readHours(range: Range, signal: AbortSignal): Promise<RecordHours> {
    const { hours, add } = collectHours(range, freeHours);
    freeHours = undefined;
    for await (const judged of judgedHours(store, range)) {
      signal.throwIfAborted();
      add(judged);
    }
    return hours;
  }

  async function compute(hours: RecordHours, signal: AbortSignal): Promise<readonly HorizonRecord[]> {
    const { length } = hours.verdicts;
    const room = freeRoom && freeRoom.length >= length ? freeRoom : createRoom(length);
    freeRoom = undefined;
    const steps = trackRecord(hours, room);
    let began = performance.now();
    for (;;) {
      const { done, value } = steps.next();
      if (done) {
        freeRoom = room;
        return value;
      }
      if (performance.now() - began < SLICE_MS) continue;
      await setImmediate();
      signal.throwIfAborted();
      began = performance.now();
    }
  }

  return {
    async plan(query) {
      const now = clock();
      const readOldest = oldestOnce(store);
      const asked = endedHours(await rangeOf(query, now, readOldest), now);
      // Skips the years before the first sample.
      const oldest = (await readOldest()) ?? 0;
      const from = Math.min(Math.max(asked.from, Math.floor(oldest / HOUR) * HOUR), asked.to);
      const isClosed = await areHoursClosed(asked, now, query, readOldest);
      return { range: { from, to: asked.to }, isClosed };
    },
    async read(range, signal) {
      const key = `${range.from} ${range.to}`;
      const known = records.get(key);
      // Changes while the hours are read belong to a later version.
      const current = await store.version();
      if (known?.version === current) return known.answer;
      const hours = await readHours(range, signal);
      // The hours of a record that was dropped meanwhile may have been overwritten.
      const isSame = known !== undefined && records.get(key) === known && sameHours(known.hours, hours);
      const answer = isSame
        ? known.answer
        : trackRecordAnswer(range, await compute(hours, signal), source.name);
      keep(key, { version: current, hours, answer });
      return answer;
    },
  };
}
