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
  { userAgent, deadline = 3000 }: { userAgent: string; deadline?: number },
): readonly Exchange[] {
  const settings: CallSettings = { userAgent, deadline };
  return [
    createCoinbase(addresses.coinbase, settings),
    createKraken(addresses.kraken, settings),
    createBitstamp(addresses.bitstamp, settings),
  ];
}
