import { readNumber } from '../../domain/admission.ts';
import { SourceError } from '../../domain/errors.ts';
import { MINUTE } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import type { Closes, ExchangeClient, ExchangeDefinition } from '../exchange.ts';
import {
  arrayOf,
  type CallSettings,
  createCall,
  errorText,
  type Fields,
  minuteOf,
  objectOf,
  plain,
  priceOf,
  timeOf,
} from './request.ts';

const PAIR = 'XBTUSD';
const MAX_ROWS = 720;

/** Errors and warnings share one list, often in a response with status 200. */
function messagesIn(body: unknown): readonly unknown[] {
  const list = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  if (Array.isArray(list)) return list;
  return list ? [list] : [];
}

/** Messages begin with their severity: `E` for an error, `W` for a warning beside a good result. */
const isWarning = (message: unknown): message is string =>
  typeof message === 'string' && message.startsWith('W');

/** Whatever is not a warning is an error, and so is a warning without a result. */
function errorIn(body: unknown): string | undefined {
  const messages = messagesIn(body);
  const errors = messages.filter((message) => !isWarning(message));
  if (errors.length > 0) return errorText(errors);
  const hasResult = typeof body === 'object' && body !== null && 'result' in body;
  return messages.length > 0 && !hasResult ? errorText(messages) : undefined;
}

function warningIn(body: unknown): { warning?: string } {
  const warnings = messagesIn(body).filter(isWarning);
  return warnings.length === 0 ? {} : { warning: `the exchange warns: ${plain(warnings.join(', '))}` };
}

/** The entry of the pair, whose name in a response differs from the requested one. */
function onlyEntry(result: Fields): unknown {
  const entries = Object.entries(result).filter(([name]) => name !== 'last');
  if (entries.length === 1) return entries[0]?.[1];
  throw new SourceError('unexpected_body', 'the source sent no pair, or several');
}

/** Counts and volumes of today: those of the last 24 hours also change when old trades drop out. */
function activityOf({ t: count, v: volume }: Fields): string {
  const [trades] = arrayOf(count);
  const [traded] = arrayOf(volume);
  return `${readNumber(trades)} ${readNumber(traded)}`;
}

function readRows(body: unknown, range: Range): Closes {
  const result = objectOf(objectOf(body)['result']);
  const rows = arrayOf(onlyEntry(result)).map(arrayOf);
  // The row after `last` is the current minute.
  const to = Math.floor(timeOf(result['last']) / MINUTE) * MINUTE + MINUTE;
  const closes = new Map<number, number>();
  let oldest = to;
  for (const [seconds, , , , close, , , count] of rows) {
    const time = minuteOf(seconds);
    oldest = Math.min(oldest, time);
    // A minute without trades may repeat the close before it.
    if (time < to && readNumber(count) !== 0) closes.set(time, priceOf(close));
  }
  // A full response says nothing about the minutes before its first row.
  const from = rows.length < MAX_ROWS ? range.from : Math.max(range.from, oldest);
  return { closes, answered: { from, to } };
}

/** Gives no time of the last trade; gives the newest 720 candles, the last of which is still open. */
function open(baseUrl: string, settings: CallSettings): ExchangeClient {
  const call = createCall(baseUrl, settings, errorIn);
  return {
    async quote(signal) {
      const body = objectOf(await call('/Ticker', { pair: PAIR }, signal));
      const entry = objectOf(onlyEntry(objectOf(body['result'])));
      const [price] = arrayOf(entry['c']);
      return { price: priceOf(price), activity: activityOf(entry), ...warningIn(body) };
    },
    candles: {
      most: MAX_ROWS,
      reachMs: MAX_ROWS * MINUTE,
      async read(range, signal) {
        // One minute earlier, since the response may exclude `since`.
        const since = String(range.from / 1000 - 60);
        return readRows(await call('/OHLC', { pair: PAIR, interval: '1', since }, signal), range);
      },
    },
  };
}

export const kraken = {
  name: 'kraken',
  title: 'Kraken',
  setting: 'KRAKEN_URL',
  defaultUrl: 'https://api.kraken.com/0/public',
  open,
} as const satisfies ExchangeDefinition;
