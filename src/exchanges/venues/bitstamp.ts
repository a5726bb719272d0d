import type { Exchange } from '../exchange.ts';
import { type CallSettings, createCall, fieldsOf, priceOf, timeOf, wordsOf } from './request.ts';

/** Errors have a code, 400.002 for asking too often. */
function errorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('status' in body) || body.status !== 'error')
    return undefined;
  const { code, reason } = body as { code?: unknown; reason?: unknown };
  return wordsOf([code, reason]);
}

/** Bitstamp: everything in text, the time of the last trade in seconds. */
export function createBitstamp(base: string, settings: CallSettings): Exchange {
  const call = createCall(base, settings, errorIn);
  return {
    name: 'bitstamp',
    async quote(signal) {
      const { last, timestamp } = fieldsOf(await call('/api/v2/ticker/btcusd/', {}, signal));
      return { price: priceOf(last), time: timeOf(timestamp) };
    },
    candles: undefined,
  };
}
