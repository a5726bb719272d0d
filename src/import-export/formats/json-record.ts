import type { RawRecord } from '../../domain/gate.ts';
import { admitInto, type SampleBatch } from '../sample-batch.ts';
import type { CandleClock, RecordRules } from '../tables/record-rules.ts';
import { readText } from '../tables/record-rules.ts';
import { describeInvalidTime, type InvalidTime } from '../times/invalid-time.ts';
import type { TimeColumn } from '../times/time-column.ts';
import { UnusableError } from '../unusable-input.ts';

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

/** The members, or the indices in a list, that have the values of a sample. */
export interface Members {
  readonly time: string | number;
  readonly price: string | number | undefined;
  readonly sentiment: string | number | undefined;
}

function memberOf(value: object, name: string | number | undefined): unknown {
  return name !== undefined && Object.hasOwn(value, name)
    ? (value as Record<string | number, unknown>)[name]
    : undefined;
}

function fieldsOf(record: JsonRecord, members: Members | undefined): RawRecord {
  if (members)
    return {
      time: memberOf(record, members.time),
      price: memberOf(record, members.price),
      sentiment: memberOf(record, members.sentiment),
    };
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

export interface RecordNeeds {
  readonly times: TimeColumn;
  /** Whether the target store holds simulated samples. */
  readonly isSimulated: boolean;
  /** By default, those of an export, or of SentiCrypt v1 and the tutorial. */
  readonly members?: Members | undefined;
  readonly rules?: RecordRules | undefined;
  readonly endOfCandle?: CandleClock | undefined;
}

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
  const isRow = typeof needs.members?.time === 'number' && Array.isArray(value);
  if (!isRow && !isObject(value)) {
    batch.rejected.push({ line, reason: 'not_an_object', text: text() });
    return;
  }
  const record = value as JsonRecord;
  if (record.source === 'simulated' && !needs.isSimulated)
    throw new UnusableError('the samples are simulated, and never mix with real ones', line);
  const { rules, endOfCandle, members } = needs;
  const fields = fieldsOf(record, members);
  const read = exponentTime(source, fields.time) ?? needs.times.ofValue(fields.time, line);
  const readOf = (one: unknown) => (rules && typeof one === 'string' ? readText(one, rules) : one);
  const [price, sentiment] = [readOf(fields.price), readOf(fields.sentiment)];
  const time = endOfCandle && typeof read === 'number' ? endOfCandle(read, now, line, batch) : read;
  if (time !== undefined) admitInto(batch, { time, price, sentiment }, now, line, text);
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
