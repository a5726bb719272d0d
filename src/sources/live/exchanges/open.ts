import type { Outbound } from '../../../outbound/client.ts';
import { createBitstamp } from './bitstamp.ts';
import type { CallSettings } from './call.ts';
import { createCoinbase } from './coinbase.ts';
import type { Exchange } from './exchange.ts';
import { createKraken } from './kraken.ts';

/** Addresses that hold everything before a call's own path; Kraken's ends in `/0/public`. */
export interface ExchangeAddresses {
  readonly coinbase: string;
  readonly kraken: string;
  readonly bitstamp: string;
}

/** Another venue is one file beside this one, a line here, and its address above. */
export function openExchanges(
  addresses: ExchangeAddresses,
  { outbound, userAgent, deadline = 3000 }: { outbound: Outbound; userAgent: string; deadline?: number },
): readonly Exchange[] {
  const settings: CallSettings = { outbound, userAgent, deadline };
  return [
    createCoinbase(addresses.coinbase, settings),
    createKraken(addresses.kraken, settings),
    createBitstamp(addresses.bitstamp, settings),
  ];
}
