import { admit, type RawRecord, type RejectionReason } from '../domain/gate.ts';
import type { Sample } from '../domain/sample.ts';
import type { InvalidTime } from './times/invalid-time.ts';

/** Why a line was not let in: a reason of the gate's, or that it could not be read as a record at all. */
export type LineReason = RejectionReason | 'malformed' | 'wrong_number_of_columns';

export interface RejectedLine {
  /** Counted from 1, the header included; the first one of a record that goes over several. */
  readonly line: number;
  readonly reason: LineReason;
  /** As it came. */
  readonly text: string;
  /** Of `time_invalid`: what was found, and what would be valid. */
  readonly time?: InvalidTime;
}

/** A record whose time was read already. */
interface TimedRecord extends Omit<RawRecord, 'time'> {
  /** Epoch milliseconds. */
  readonly time: number | InvalidTime;
}

/** What a part of the input held: its samples in their order, and its lines that are none. */
export interface SampleBatch {
  readonly samples: Sample[];
  readonly rejected: RejectedLine[];
}

export const emptyBatch = (): SampleBatch => ({ samples: [], rejected: [] });

/**
 * Sends one record through the gate and into a batch.
 *
 * @param now the clock, in epoch milliseconds.
 * @param text the record as it came, made only where it is rejected.
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
    batch.rejected.push({ line, reason: 'time_invalid', text: text(), time });
    return;
  }
  const outcome = admit(record, { now, timeUnit: 1 });
  if (typeof outcome === 'string') batch.rejected.push({ line, reason: outcome, text: text() });
  else batch.samples.push(outcome);
}
