import { printable } from '../../domain/untrusted-text.ts';
import { UnusableError } from '../unusable-input.ts';

const BITCOIN = ['BTC', 'XBT', 'XXBT', 'BITCOIN'];
const DOLLARS = ['USD', 'ZUSD'];
const STABLECOINS = ['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'USDP', 'GUSD', 'PYUSD', 'DAI'];

/** Of a pair in a file's name. */
const OTHER_QUOTES = ['EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'BTC', 'ETH', 'BNB', 'XBT'];

const MAX_SHOWN_CHARACTERS = 24;

/** What is said of a stablecoin that is taken for dollars. */
const accepted = (coin: string) => `${coin} is taken as US dollars, since --accept-stablecoin says so`;

/** Returns the stablecoin of a symbol of Bitcoin, or `undefined` if it is against dollars. @throws UnusableError. */
function quoteOf(symbol: string, where: string, line: number | undefined): string | undefined {
  const name = symbol.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  const base = BITCOIN.toSorted((one, other) => other.length - one.length).find((one) =>
    name.startsWith(one),
  );
  const quote = base && name.slice(base.length);
  if (quote !== undefined && (quote === '' || DOLLARS.includes(quote))) return undefined;
  if (quote !== undefined && STABLECOINS.includes(quote)) return quote;
  const shown = printable(symbol, MAX_SHOWN_CHARACTERS);
  throw new UnusableError(`${where} ${shown}: only prices of BTC in USD are kept`, line);
}

/** Admits only Bitcoin against the dollar, and against stablecoins if the user accepts them. */
export function createSymbolCheck(acceptsStablecoin: boolean, notice: (text: string) => void) {
  const told = new Set<string>();
  return function check(symbol: string, where: string, line?: number): void {
    const coin = quoteOf(symbol, where, line);
    if (coin === undefined) return;
    if (!acceptsStablecoin) {
      const shown = printable(symbol, MAX_SHOWN_CHARACTERS);
      throw new UnusableError(
        `${where} ${shown}: prices are in US dollars; to take ${coin} for dollars, add --accept-stablecoin`,
        line,
      );
    }
    if (!told.has(coin)) notice(accepted(coin));
    told.add(coin);
  };
}

export type SymbolCheck = ReturnType<typeof createSymbolCheck>;

const PAIR = new RegExp(
  `(?:^|[^A-Z0-9])([A-Z0-9]{2,5}?(?:${[...STABLECOINS, ...DOLLARS, ...OTHER_QUOTES].join('|')}))(?=[^A-Z0-9]|$)`,
);

/** The pair in the name of a file, such as `BTCUSDT-1m-2025-01.csv`; `undefined` if there is none. */
export function pairInName(name: string): string | undefined {
  return PAIR.exec(name.toUpperCase())?.[1];
}
