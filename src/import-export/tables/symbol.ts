import { printable } from '../../domain/untrusted-text.ts';
import { UnusableError } from '../unusable-input.ts';

/** The longer names first, since they begin with others. */
const BITCOIN = ['BITCOIN', 'XXBT', 'BTC', 'XBT'];
const DOLLARS = ['USD', 'ZUSD'];
const STABLECOINS = ['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'USDP', 'GUSD', 'PYUSD', 'DAI'];

/** Other currencies, and coins, that the names of files have. */
const CURRENCIES =
  'AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD IDR INR JPY KRW MXN NOK NZD PLN RUB SEK SGD THB TRY UAH ZAR'.split(
    ' ',
  );
const COINS = 'ADA AVAX BCH BNB DOGE DOT ETC ETH LINK LTC SHIB SOL TON TRX XLM XMR XRP'.split(' ');

export const NO_PAIR = 'no pair in the file or its name: read as BTC in USD';

const MAX_SHOWN_CHARACTERS = 24;

/** What is said of a stablecoin that is accepted. */
const accepted = (coin: string) => `${coin} is read as US dollars, since --accept-stablecoin says so`;

/** Returns the stablecoin of a symbol of Bitcoin, or `undefined` if it is against dollars. @throws UnusableError. */
function quoteOf(symbol: string, where: string, line: number | undefined): string | undefined {
  const name = symbol.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  const base = BITCOIN.find((one) => name.startsWith(one));
  const quote = base && name.slice(base.length);
  if (quote !== undefined && (quote === '' || DOLLARS.includes(quote))) return undefined;
  if (quote !== undefined && STABLECOINS.includes(quote)) return quote;
  const shown = printable(symbol, MAX_SHOWN_CHARACTERS);
  throw new UnusableError(`${where} ${shown}: only BTC prices in USD can be imported`, line);
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

const either = (...names: readonly string[][]): string => `(?:${names.flat().join('|')})`;
const QUOTE = either(STABLECOINS, DOLLARS, CURRENCIES);
/** A coin, in capitals. */
const CODE = '\\d*[A-Z][A-Z0-9]{1,11}';
const whole = (pattern: string, flags?: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])(?:${pattern})(?![A-Za-z0-9])`, flags);

/** The pairs in names of files, the surest first. */
const PAIRS: readonly RegExp[] = [
  // `BTCUSDT-1m-2025-01`, `daily_btc-usd`
  whole(`${either(BITCOIN)}[-_ ]?${QUOTE}`, 'i'),
  whole(`${either(COINS)}[-_ ]?(?:${QUOTE}|${either(BITCOIN, COINS)})`, 'i'),
  // In small letters, or behind Bitcoin, these may be words: `data_usd`, `BTC_DAILY_USD`.
  whole(`(?<!${either(BITCOIN)}[-_ ].*)${CODE}[-_]?${either(STABLECOINS, DOLLARS)}`),
  // `krakenEUR` is Bitcoin of that exchange.
  whole(`(?:${CODE}[-_]?|[a-z]+)${either(CURRENCIES)}`),
];

/** Checks the pair in the name of a file. Returns whether there is one. @throws UnusableError. */
export function checkName(name = '', checkSymbol: SymbolCheck): boolean {
  const pair = PAIRS.map((form) => form.exec(name)?.[0]).find((one) => one !== undefined);
  if (pair !== undefined) checkSymbol(pair, 'the name of the file has the pair');
  return pair !== undefined;
}
