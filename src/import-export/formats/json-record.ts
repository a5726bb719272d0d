import type { RawRecord } from '../../domain/gate.ts';
import { admitInto, type SampleBatch } from '../sample-batch.ts';
import { describeInvalidTime, type InvalidTime } from '../times/invalid-time.ts';
import { UnusableError } from '../unusable-input.ts';
import type { ReaderNeeds } from './reader.ts';

/** A record of an export, or of SentiCrypt v1 and the tutorial, with unvalidated values. */
interface JsonRecord {
  readonly time?: unknown;
  readonly price?: unknown;
  readonly sentiment?: unknown;
  readonly timestamp?: unknown;
  readonly btc_price?: unknown;
  readonly mean?: unknown;
  /** Set by a simulated service. */
  readonly source?: unknown;
}

const isObject = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(record: JsonRecord): RawRecord {
  if (record.time !== undefined || record.timestamp === undefined) {
    const { time, price, sentiment } = record;
    return { time, price, sentiment };
  }
  return { time: record.timestamp, price: record.btc_price, sentiment: record.mean };
}

const EXPONENT = /"time(?:stamp)?"\s*:\s*(-?\d+(?:\.\d+)?e[+-]?\d+)/i;

/** Finds a time in exponent notation in a record's text, which the parsed number no longer shows. */
function exponentTime(text: string, time: unknown): InvalidTime | undefined {
  if (typeof time !== 'number') return undefined;
  const [, written] = EXPONENT.exec(text) ?? [];
  return written !== undefined && Number(written) === time ? describeInvalidTime(written) : undefined;
}

interface Place {
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  readonly line: number;
  readonly batch: SampleBatch;
}

type RecordNeeds = Pick<ReaderNeeds, 'times' | 'isSimulated'>;

/**
 * Reads one record into the batch.
 *
 * @param text returns the record's text, for a rejection.
 * @throws UnusableError for a simulated record among real ones.
 */
export function readValue(
  value: unknown,
  text: () => string,
  needs: RecordNeeds,
  place: Place,
  /** The text from which the value was parsed, if any. */
  source = '',
): void {
  const { now, line, batch } = place;
  if (!isObject(value)) {
    batch.rejected.push({ line, reason: 'not_an_object', text: text() });
    return;
  }
  if (value.source === 'simulated' && !needs.isSimulated)
    throw new UnusableError('the samples are simulated, and never mix with real ones', line);
  const fields = fieldsOf(value);
  const time = exponentTime(source, fields.time) ?? needs.times.ofValue(fields.time, line);
  admitInto(batch, { ...fields, time }, now, line, text);
}

export function readRecord(text: string, needs: RecordNeeds, place: Place): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    place.batch.rejected.push({ line: place.line, reason: 'malformed', text });
    return;
  }
  readValue(value, () => text, needs, place, text);
}
