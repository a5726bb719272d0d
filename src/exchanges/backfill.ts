import { publicReason } from '../domain/errors.ts';
import type { Range } from '../domain/time/range.ts';
import { type Rests, restAfterFault, restAfterSuccess, restAt } from './back-off.ts';
import { type Candles, type Closes, type Exchange, MINUTE } from './exchange.ts';
import { minutesWithoutPrice, timeOfClose } from './missing-minutes.ts';
import { agree, type PricePoint } from './price-agreement.ts';
import type { PriceState, Told } from './price-state.ts';

export interface FillRequest {
  /** The venues to ask, where they have candles and do not rest. */
  readonly exchanges: readonly Exchange[];
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  /** The prices kept of the last 24 hours and ten minutes, oldest first. */
  readonly kept: readonly PricePoint[];
  readonly state: PriceState;
  readonly signal: AbortSignal;
}

export interface Filled {
  /** A price each, at the minute's close less one millisecond, oldest first. */
  readonly filled: readonly PricePoint[];
  /** What went wrong, by the venue's name. Fit for readers. */
  readonly faults: Readonly<Record<string, string>>;
  readonly state: PriceState;
}

/** Calls to one venue in one pass; a day of Coinbase's is five. */
const MOST_CALLS = 6;

/** After this long no further call is begun, so that a slow venue does not hold the tick. Milliseconds. */
const LAST_CALL = 5000;

/**
 * The spans to ask for, of at most `most` minutes each: the newest first, since they are the answer's,
 * and each with whatever lies between, since calls are dear and minutes are not.
 */
function spansOf(minutes: readonly number[], most: number): Range[] {
  const spans: Range[] = [];
  for (const minute of minutes.toReversed()) {
    const span = spans.at(-1);
    if (span && span.to - minute <= most * MINUTE) spans[spans.length - 1] = { from: minute, to: span.to };
    else spans.push({ from: minute, to: minute + MINUTE });
  }
  return spans;
}

interface Heard {
  readonly name: string;
  readonly answers: readonly Closes[];
  readonly fault?: unknown;
}

/** One call after the other, until all is asked, or one fails. */
async function ask(
  name: string,
  { most, read }: Candles,
  minutes: readonly number[],
  signal: AbortSignal,
): Promise<Heard> {
  const answers: Closes[] = [];
  const began = performance.now();
  try {
    for (const span of spansOf(minutes, most).slice(0, MOST_CALLS)) {
      if (performance.now() - began > LAST_CALL) break;
      answers.push(await read(span, signal));
    }
    return { name, answers };
  } catch (fault) {
    signal.throwIfAborted();
    return { name, answers, fault };
  }
}

function restsAfter(before: Rests, { name, answers, fault }: Heard, now: number): Rests {
  const answered = answers.length > 0 ? restAfterSuccess(before, name, 'candles') : before;
  return fault === undefined ? answered : restAfterFault(answered, name, 'candles', fault, now);
}

/** The price of each minute that its venues agree on, each held against the one before it, filled ones included. */
function judge(told: Told, minutes: readonly number[], kept: readonly PricePoint[]): PricePoint[] {
  const filled: PricePoint[] = [];
  let next = 0;
  let last: PricePoint | undefined;
  for (const minute of minutes) {
    const time = timeOfClose(minute);
    for (let point = kept[next]; point && point.time < time; point = kept[next]) {
      last = point;
      next += 1;
    }
    const prices = Object.entries(told[minute] ?? {}).flatMap(([venue, price]) =>
      price === null ? [] : [{ venue, price }],
    );
    const { price } = agree(prices, time, last);
    if (price === undefined) continue;
    last = { time, price };
    filled.push(last);
  }
  return filled;
}

/**
 * One pass over the minutes that have no price: asks the venues that have candles, at once, and only
 * for what they have not told; agrees minute by minute.
 */
export async function fillGaps({ exchanges, now, kept, state, signal }: FillRequest): Promise<Filled> {
  const minutes = minutesWithoutPrice(kept, now);
  const told: Record<string, Record<string, number | null>> = Object.fromEntries(
    minutes.map((minute) => [minute, { ...state.told[minute] }]),
  );
  const questions = exchanges.map(async ({ name, candles }): Promise<Heard> => {
    if (!candles || restAt(state.rests, name, now)) return { name, answers: [] };
    const isOpen = (minute: number) => minute >= now - candles.reach && told[minute]?.[name] === undefined;
    return ask(name, candles, minutes.filter(isOpen), signal);
  });
  const heard = await Promise.all(questions);

  for (const { name, answers } of heard) {
    for (const { closes, answered } of answers) {
      for (const minute of minutes) {
        const known = told[minute];
        if (!known || minute < answered.from || minute >= answered.to) continue;
        known[name] ??= closes.get(minute) ?? null;
      }
    }
  }
  const filled = judge(told, minutes, kept);
  // What is filled is kept from now on; should keeping fail, it is asked for again.
  for (const { time } of filled) delete told[Math.floor(time / MINUTE) * MINUTE];
  for (const minute of minutes) if (Object.keys(told[minute] ?? {}).length === 0) delete told[minute];
  const failed = heard.filter(({ fault }) => fault !== undefined);
  return {
    filled,
    faults: Object.fromEntries(failed.map(({ name, fault }) => [name, publicReason(fault)])),
    state: {
      ...state,
      rests: heard.reduce((before, one) => restsAfter(before, one, now), state.rests),
      told,
    },
  };
}
