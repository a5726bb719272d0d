import type { RawRecord } from '../../domain/admission.ts';
import { admitInto, type SampleBatch } from '../sample-batch.ts';
import type { InvalidTime } from '../times/invalid-time.ts';
import { type Candle, createCandleClock } from './candle.ts';
import type { SymbolCheck } from './symbol.ts';

/** How numbers are written, if not plainly. */
export interface NumberForm {
  readonly decimal: '.' | ',';
  /** Between groups of three digits. */
  readonly thousands: ',' | '.';
}

/** What the shape of a file, or an option, says about its records. */
export interface RecordRules {
  readonly candle?: Candle | undefined;
  readonly numbers?: NumberForm | undefined;
  /** Words that mean that a value is absent, in lower case. Records without a value are then left out, not rejected. */
  readonly absent?: ReadonlySet<string> | undefined;
}

const NUMBERS = {
  '.': /^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?$/i,
  ',': /^-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:e[+-]?\d+)?$/i,
} as const;

/** Turns a number with a decimal comma, or separators of thousands, into a plain one; other texts into one that is no number. */
function plainText(text: string, { decimal, thousands }: NumberForm): string {
  return NUMBERS[decimal].test(text) ? text.replaceAll(thousands, '').replace(decimal, '.') : 'NaN';
}

/** Reads a value's text by the rules. `undefined` if it is absent. */
export function readText(text: string, { numbers, absent }: RecordRules): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || absent?.has(trimmed.toLowerCase())) return undefined;
  return numbers ? plainText(trimmed, numbers) : trimmed;
}

/** The values of a record. */
export interface RecordValues extends Omit<RawRecord, 'time'> {
  readonly time: number | InvalidTime;
  /** The pair of its price, if it says it. */
  readonly symbol?: string | undefined;
}

export interface Place {
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  readonly line: number;
  readonly batch: SampleBatch;
}

/** Takes the records of one input into batches: checks their symbol, moves candles to their end, and validates them. */
export function createTaker(rules: RecordRules, checkSymbol: SymbolCheck) {
  const endOfCandle = rules.candle && createCandleClock(rules.candle);
  let known: string | undefined;

  /** @throws UnusableError for another symbol, or candles of another width. */
  return function take(values: RecordValues, { now, line, batch }: Place, text: () => string): void {
    const { time: read, price, sentiment, symbol } = values;
    if (symbol !== undefined && symbol !== known) checkSymbol(symbol, 'the symbol is', line);
    known = symbol;
    const isTime = typeof read === 'number';
    if (rules.absent && price === undefined && sentiment === undefined && isTime) {
      batch.omitted.no_value += 1;
      return;
    }
    const time = endOfCandle && isTime ? endOfCandle(read, now, line, batch) : read;
    if (time !== undefined) admitInto(batch, { time, price, sentiment }, now, line, text);
  };
}

export type Taker = ReturnType<typeof createTaker>;
