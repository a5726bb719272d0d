import type { ExchangeClient, ExchangeDefinition } from '../exchange.ts';
import { type CallSettings, createCall, errorText, objectOf, priceOf, timeOf } from './request.ts';

/** Errors have a code: 400.002 is for too many requests. */
function errorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('status' in body) || body.status !== 'error')
    return undefined;
  const { code, reason } = body as { code?: unknown; reason?: unknown };
  return code === '400.002' || code === 400.002 ? 'rate limit' : errorText([code, reason]);
}

/** All values are text; the last trade's time is in seconds. */
function open(baseUrl: string, settings: CallSettings): ExchangeClient {
  const call = createCall(baseUrl, settings, errorIn);
  return {
    async quote(signal) {
      const { last, timestamp } = objectOf(await call('/api/v2/ticker/btcusd/', {}, signal));
      return { price: priceOf(last), time: timeOf(timestamp) };
    },
    candles: undefined,
  };
}

export const bitstamp = {
  name: 'bitstamp',
  title: 'Bitstamp',
  setting: 'BITSTAMP_URL',
  defaultUrl: 'https://www.bitstamp.net',
  open,
} as const satisfies ExchangeDefinition;
