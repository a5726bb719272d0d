import { SourceError } from '../../domain/errors.ts';
import { readNumber } from '../../domain/gate.ts';
import { MINUTE } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import type { Closes, Exchange } from '../exchange.ts';
import {
  type CallSettings,
  createCall,
  type Fields,
  fieldsOf,
  listOf,
  minuteOf,
  plain,
  priceOf,
  timeOf,
  wordsOf,
} from './request.ts';

const PAIR = 'XBTUSD';
const MOST_ROWS = 720;

/** Errors and warnings come in one list, often in an answer of 200. */
function listedIn(body: unknown): readonly unknown[] {
  const list = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  if (Array.isArray(list)) return list;
  return list ? [list] : [];
}

/** Each begins with its severity: `E` for an error, `W` for a warning, with which the result is as good as without. */
const isWarning = (entry: unknown): entry is string => typeof entry === 'string' && entry.startsWith('W');

/** What is no warning is an error, whatever it begins with; and so are warnings that come in place of a result. */
function errorIn(body: unknown): string | undefined {
  const listed = listedIn(body);
  const errors = listed.filter((entry) => !isWarning(entry));
  if (errors.length > 0) return wordsOf(errors);
  const hasResult = typeof body === 'object' && body !== null && 'result' in body;
  return listed.length > 0 && !hasResult ? wordsOf(listed) : undefined;
}

function warningIn(body: unknown): { warning?: string } {
  const warnings = listedIn(body).filter(isWarning);
  return warnings.length === 0 ? {} : { warning: `the venue warns: ${plain(warnings.join(', '))}` };
}

/** What there is of the pair, whose name in an answer is not the one that was asked for. */
function onlyEntry(result: Fields): unknown {
  const entries = Object.entries(result).filter(([name]) => name !== 'last');
  if (entries.length === 1) return entries[0]?.[1];
  throw new SourceError('unexpected_body', 'the source sent no pair, or several');
}

/** Of today's trades: those of the last 24 hours change as old ones leave, without a new one. */
function activityOf({ t: count, v: volume }: Fields): string {
  const [trades] = listOf(count);
  const [traded] = listOf(volume);
  return `${readNumber(trades)} ${readNumber(traded)}`;
}

function readRows(body: unknown, range: Range): Closes {
  const result = fieldsOf(fieldsOf(body)['result']);
  const rows = listOf(onlyEntry(result)).map(listOf);
  // The row after `last` is of the minute that is not over.
  const to = Math.floor(timeOf(result['last']) / MINUTE) * MINUTE + MINUTE;
  const closes = new Map<number, number>();
  let oldest = to;
  for (const [seconds, , , , close, , , count] of rows) {
    const time = minuteOf(seconds);
    oldest = Math.min(oldest, time);
    // A minute without trades may be there with the close of the one before.
    if (time < to && readNumber(count) !== 0) closes.set(time, priceOf(close));
  }
  // Only the newest rows can be had: where that many are sent, what is before them was not spoken of.
  const from = rows.length < MOST_ROWS ? range.from : Math.max(range.from, oldest);
  return { closes, answered: { from, to } };
}

/** Kraken: no time with the last trade; the newest 720 candles, of which the last is not closed. */
export function createKraken(base: string, settings: CallSettings): Exchange {
  const call = createCall(base, settings, errorIn);
  return {
    name: 'kraken',
    async quote(signal) {
      const body = fieldsOf(await call('/Ticker', { pair: PAIR }, signal));
      const entry = fieldsOf(onlyEntry(fieldsOf(body['result'])));
      const [price] = listOf(entry['c']);
      return { price: priceOf(price), activity: activityOf(entry), ...warningIn(body) };
    },
    candles: {
      most: MOST_ROWS,
      reachMs: MOST_ROWS * MINUTE,
      async read(range, signal) {
        // The minute before, since `since` itself may be left out.
        const since = String(range.from / 1000 - 60);
        return readRows(await call('/OHLC', { pair: PAIR, interval: '1', since }, signal), range);
      },
    },
  };
}
