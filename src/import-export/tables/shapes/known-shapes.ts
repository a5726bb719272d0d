import { binance } from './binance.ts';
import { bitstamp } from './bitstamp.ts';
import { coinGecko } from './coingecko.ts';
import { cryptoDataDownload } from './crypto-data-download.ts';
import { investing } from './investing.ts';
import { kraken } from './kraken.ts';
import type { Shape } from './shape.ts';
import { yahoo } from './yahoo.ts';

/** To add a shape of CSV, write its file and add it here. The first that finds its columns is taken. */
export const KNOWN_SHAPES: readonly Shape[] = [
  binance,
  kraken,
  bitstamp,
  cryptoDataDownload,
  yahoo,
  coinGecko,
  investing,
];
