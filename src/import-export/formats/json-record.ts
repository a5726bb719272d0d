import type { RawRecord } from '../../domain/admission.ts';
import { SYMBOL_NAMES } from '../tables/header.ts';
import { type NumberForm, type Place, readText, type Taker } from '../tables/record-rules.ts';
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

/** The pair of a record's price, if it says it. */
function symbolOf(record: object): string | undefined {
  for (const name of SYMBOL_NAMES) {
    const value = memberOf(record, name);
    if (typeof value === 'string') return value;
  }
  return undefined;
}

export interface RecordNeeds {
  readonly times: TimeColumn;
  /** Whether the target store holds simulated samples. */
  readonly isSimulated: boolean;
  /** By default, those of an export, or of SentiCrypt v1 and the tutorial. */
  readonly members?: Members | undefined;
  readonly numbers?: NumberForm | undefined;
  readonly take: Taker;
}

/**
 * Reads one record into the batch.
 *
 * @param text returns the record's text, for a rejection.
 * @throws UnusableError for a simulated record among real ones, or another symbol.
 */
export function readValue(value: unknown, text: () => string, needs: RecordNeeds, place: Place): void {
  const { line, batch } = place;
  const isRow = typeof needs.members?.time === 'number' && Array.isArray(value);
  if (!isRow && !isObject(value)) {
    batch.rejected.push({ line, reason: 'not_an_object', text: text() });
    return;
  }
  const record = value as JsonRecord;
  if (record.source === 'simulated' && !needs.isSimulated)
    throw new UnusableError('the samples are simulated, and never mix with real ones', line);
  const { numbers, members, take, times } = needs;
  const fields = fieldsOf(record, members);
  const readOf = (one: unknown) => (typeof one === 'string' ? readText(one, { numbers }) : one);
  const [price, sentiment] = [readOf(fields.price), readOf(fields.sentiment)];
  const symbol = isRow ? undefined : symbolOf(record);
  take({ time: times.ofValue(fields.time, line), price, sentiment, symbol }, place, text);
}

/** A number in exponent notation. Digits that it drops are not seen in the parsed number. */
const EXPONENT = /\de[+-]?\d/i;

/** Parses JSON. The time of a record in exponent notation is left as text, which no time is. */
function parse(text: string, { members }: RecordNeeds): unknown {
  if (!EXPONENT.test(text)) return JSON.parse(text);
  const names = members ? [String(members.time)] : ['time', 'timestamp'];
  const keepTime = (name: string, value: unknown, { source = '' }: { source?: string } = {}) =>
    typeof value === 'number' && names.includes(name) && EXPONENT.test(source) ? source : value;
  return JSON.parse(text, keepTime);
}

export function readRecord(text: string, needs: RecordNeeds, place: Place): void {
  let value: unknown;
  try {
    value = parse(text, needs);
  } catch {
    place.batch.rejected.push({ line: place.line, reason: 'malformed', text });
    return;
  }
  readValue(value, () => text, needs, place);
}
