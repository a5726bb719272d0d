import type { Outbound } from '../outbound/client.ts';
import type { Exchange } from './exchange.ts';
import { createBitstamp } from './venues/bitstamp.ts';
import { createCoinbase } from './venues/coinbase.ts';
import { createKraken } from './venues/kraken.ts';
import type { CallSettings } from './venues/request.ts';

/** Addresses that hold everything before a call's own path; Kraken's ends in `/0/public`. */
export interface ExchangeAddresses {
  readonly coinbase: string;
  readonly kraken: string;
  readonly bitstamp: string;
}

/** To add a venue: write its file in venues/, add a line here, and add its address above and in config/. */
export const EXCHANGES = [
  { name: 'coinbase', setting: 'COINBASE_URL', open: createCoinbase },
  { name: 'kraken', setting: 'KRAKEN_URL', open: createKraken },
  { name: 'bitstamp', setting: 'BITSTAMP_URL', open: createBitstamp },
] as const satisfies readonly {
  readonly name: keyof ExchangeAddresses;
  readonly setting: string;
  readonly open: (base: string, settings: CallSettings) => Exchange;
}[];

/** For one quote, with redirects and its body. Milliseconds. */
const DEADLINE = 3000;

export function openExchanges(
  addresses: ExchangeAddresses,
  { outbound, userAgent, deadline = DEADLINE }: { outbound: Outbound; userAgent: string; deadline?: number },
): readonly Exchange[] {
  const settings: CallSettings = { outbound, userAgent, deadline };
  return EXCHANGES.map(({ name, open }) => open(addresses[name], settings));
}
