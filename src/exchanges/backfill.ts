import { publicReason } from '../domain/errors.ts';
import { MINUTE } from '../domain/time/bucket-width.ts';
import type { Range } from '../domain/time/range.ts';
import { activeBackOff, type BackOffs, backOffAfterFailure, backOffAfterSuccess } from './back-off.ts';
import type { Candles, Closes } from './exchange.ts';
import { minutesWithoutPrice, timeOfClose } from './missing-minutes.ts';
import { agree, type PricePoint } from './price-agreement.ts';
import type { QuoteRequest } from './quotes.ts';
import type { AnsweredMinutes, PriceState } from './saved-state.ts';

export interface PriceRequest extends QuoteRequest {
  /** The stored prices of the last 24 hours and ten minutes, oldest first. */
  readonly stored: readonly PricePoint[];
}

export interface Backfill {
  /** Prices of minutes that had none, oldest first, each one millisecond before the minute's end. */
  readonly filled: readonly PricePoint[];
  /** The exchanges whose request for candles failed, with reasons. */
  readonly faults: Readonly<Record<string, string>>;
  /** For the next update, of this process or another. */
  readonly state: PriceState;
}

/** Requests to one exchange in one update. A day of Coinbase takes five. */
const MAX_REQUESTS = 6;

/** No request starts after this time, so that a slow exchange does not delay the tick. */
const LAST_REQUEST_MS = 5000;

/**
 * The ranges to request, of at most `most` minutes each. The newest come first, since answers need them first; and a
 * range spans gaps between missing minutes, since requests are costly and minutes are not.
 */
function rangesOf(minutes: readonly number[], most: number): Range[] {
  const ranges: Range[] = [];
  for (const minute of minutes.toReversed()) {
    const range = ranges.at(-1);
    if (range && range.to - minute <= most * MINUTE)
      ranges[ranges.length - 1] = { from: minute, to: range.to };
    else ranges.push({ from: minute, to: minute + MINUTE });
  }
  return ranges;
}

interface ExchangeCandles {
  readonly name: string;
  readonly answers: readonly Closes[];
  readonly fault?: unknown;
}

/** Sends requests one after the other, until all minutes are requested or one request fails. */
async function fetchCandles(
  name: string,
  { most, read }: Candles,
  minutes: readonly number[],
  signal: AbortSignal,
): Promise<ExchangeCandles> {
  const answers: Closes[] = [];
  const began = performance.now();
  try {
    for (const range of rangesOf(minutes, most).slice(0, MAX_REQUESTS)) {
      if (performance.now() - began > LAST_REQUEST_MS) break;
      answers.push(await read(range, signal));
    }
    return { name, answers };
  } catch (fault) {
    signal.throwIfAborted();
    return { name, answers, fault };
  }
}

function backOffsAfter(before: BackOffs, { name, answers, fault }: ExchangeCandles, now: number): BackOffs {
  const backOffs = answers.length > 0 ? backOffAfterSuccess(before, name, 'candles') : before;
  return fault === undefined
    ? backOffs
    : backOffAfterFailure(backOffs, name, { asked: 'candles', fault, now });
}

/** The price of each minute that its exchanges agree on, each compared with the one before, filled ones included. */
function agreeOnEach(
  answered: AnsweredMinutes,
  minutes: readonly number[],
  stored: readonly PricePoint[],
): PricePoint[] {
  const filled: PricePoint[] = [];
  let next = 0;
  let last: PricePoint | undefined;
  for (const minute of minutes) {
    const time = timeOfClose(minute);
    for (let point = stored[next]; point && point.time < time; point = stored[next]) {
      last = point;
      next += 1;
    }
    const prices = Object.entries(answered[minute] ?? {}).flatMap(([exchange, price]) =>
      price === null ? [] : [{ exchange, price }],
    );
    const { price } = agree(prices, time, last);
    if (price === undefined) continue;
    last = { time, price };
    filled.push(last);
  }
  return filled;
}

/**
 * Fills minutes without a price. It requests candles from all exchanges in parallel, for the minutes they have not answered
 * yet, and agrees on a price minute by minute.
 *
 * @throws only the signal's reason.
 */
export async function backfill(request: PriceRequest): Promise<Backfill> {
  const { exchanges, now, stored, state, signal } = request;
  const minutes = minutesWithoutPrice(stored, now);
  const answered: Record<string, Record<string, number | null>> = Object.fromEntries(
    minutes.map((minute) => [minute, { ...state.answeredMinutes[minute] }]),
  );
  const fetched = await Promise.all(
    exchanges.map(async ({ name, candles }): Promise<ExchangeCandles> => {
      if (!candles || activeBackOff(state.backOffs, name, now)) return { name, answers: [] };
      const isOpen = (minute: number) =>
        minute >= now - candles.reachMs && answered[minute]?.[name] === undefined;
      return fetchCandles(name, candles, minutes.filter(isOpen), signal);
    }),
  );

  for (const { name, answers } of fetched) {
    for (const { closes, answered: range } of answers) {
      for (const minute of minutes) {
        const prices = answered[minute];
        if (!prices || minute < range.from || minute >= range.to) continue;
        prices[name] ??= closes.get(minute) ?? null;
      }
    }
  }
  const filled = agreeOnEach(answered, minutes, stored);
  // A filled minute is stored next. If that fails, it is requested again.
  for (const { time } of filled) delete answered[Math.floor(time / MINUTE) * MINUTE];
  for (const minute of minutes) if (Object.keys(answered[minute] ?? {}).length === 0) delete answered[minute];
  const failed = fetched.filter(({ fault }) => fault !== undefined);
  return {
    filled,
    faults: Object.fromEntries(failed.map(({ name, fault }) => [name, publicReason(fault)])),
    state: {
      ...state,
      backOffs: fetched.reduce((before, one) => backOffsAfter(before, one, now), state.backOffs),
      answeredMinutes: answered,
    },
  };
}
