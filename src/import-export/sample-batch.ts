import { admit, type RawRecord, type RejectionReason } from '../domain/admission.ts';
import type { Sample } from '../domain/sample.ts';
import type { LocalTimeFault } from '../domain/time/zone.ts';
import type { InvalidTime } from './times/invalid-time.ts';

/** Why a line was rejected: by `admit`, because it is not a record, or because its local time is not one moment. */
export type LineReason = RejectionReason | 'malformed' | 'wrong_number_of_columns' | LocalTimeFault;

/** Why a valid line was left out: it has a time but no value, or its candle has not ended yet. */
export type OmissionReason = 'no_value' | 'candle_not_ended';

export interface RejectedLine {
  /** From 1, including the header; the first line of a record with several. */
  readonly line: number;
  readonly reason: LineReason;
  readonly text: string;
  /** For `time_invalid`: what was found, and what would be valid. */
  readonly time?: InvalidTime;
}

/** A record with a parsed time. */
interface TimedRecord extends Omit<RawRecord, 'time'> {
  /** Epoch milliseconds. */
  readonly time: number | InvalidTime;
}

/** The samples of a part of the input, in their order, and its rejected lines. */
export interface SampleBatch {
  readonly samples: Sample[];
  readonly rejected: RejectedLine[];
  /** How many lines were left out. */
  readonly omitted: Record<OmissionReason, number>;
}

export const emptyBatch = (): SampleBatch => ({
  samples: [],
  rejected: [],
  omitted: { no_value: 0, candle_not_ended: 0 },
});

/**
 * Validates one record and adds it to a batch.
 *
 * @param now the clock, in epoch milliseconds.
 * @param text returns the record's text, for a rejection.
 */
export function admitInto(
  batch: SampleBatch,
  record: TimedRecord,
  now: number,
  line: number,
  text: () => string,
): void {
  const { time } = record;
  if (typeof time !== 'number') {
    batch.rejected.push({ line, reason: time.fault ?? 'time_invalid', text: text(), time });
    return;
  }
  const outcome = admit(record, { now, timeUnit: 1 });
  if (typeof outcome === 'string') batch.rejected.push({ line, reason: outcome, text: text() });
  else batch.samples.push(outcome);
}
