import { bitstamp } from './clients/bitstamp.ts';
import { coinbase } from './clients/coinbase.ts';
import { kraken } from './clients/kraken.ts';
import type { CallSettings } from './clients/request.ts';
import type { Exchange, ExchangeDefinition } from './exchange.ts';

/** To add an exchange, write its file in clients/ and add it here. Its setting and default URL follow from the file. */
export const EXCHANGES = [coinbase, kraken, bitstamp] as const satisfies readonly ExchangeDefinition[];

export interface ConfiguredExchange extends ExchangeDefinition {
  readonly url: string;
}

/** For one quote, including redirects and the body. */
const DEADLINE_MS = 3000;

export function openExchange(
  { name, open, url }: ConfiguredExchange,
  { outbound, deadlineMs = DEADLINE_MS }: Pick<CallSettings, 'outbound'> & Partial<CallSettings>,
): Exchange {
  return { name, ...open(url, { outbound, deadlineMs }) };
}
