import type { Exchange, ExchangeDefinition } from './exchange.ts';
import { bitstamp } from './venues/bitstamp.ts';
import { coinbase } from './venues/coinbase.ts';
import { kraken } from './venues/kraken.ts';
import type { CallSettings } from './venues/request.ts';

/** To add an exchange, write its file in venues/ and add it here. Its setting and default URL follow from the file. */
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
