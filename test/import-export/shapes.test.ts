import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { openZone } from '../../src/domain/time/zone.ts';
import { readInput } from '../../src/import-export/formats/read-input.ts';
import { NO_TABLE_OPTIONS, type TableOptions } from '../../src/import-export/tables/table-options.ts';
import { compilePattern } from '../../src/import-export/times/pattern.ts';
import { UnusableError } from '../../src/import-export/unusable-input.ts';
import { temporaryFolder } from '../support/temporary.ts';

const NOW = Date.UTC(2026, 0, 1);

interface Expected {
  /** `time price`, with `T` and `Z` left out, and midnight and whole minutes shortened. */
  readonly samples?: readonly string[];
  /** `line reason`. */
  readonly rejected?: readonly string[];
  readonly omitted?: number;
  readonly fault?: RegExp;
  readonly notices?: RegExp;
}

interface Case {
  readonly what: string;
  readonly file: string | Buffer;
  readonly name?: string;
  readonly options?: Partial<TableOptions>;
  readonly expected: Expected;
}

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read({ file, options, name }: Case, size: number) {
  const found = { samples: [] as string[], rejected: [] as string[], notices: [] as string[], omitted: 0 };
  let fault = '';
  const needs = {
    clock: () => NOW,
    table: { ...NO_TABLE_OPTIONS, ...options },
    notice: (text: string) => void found.notices.push(text),
    isSimulated: false,
    onRecognised: () => undefined,
  };
  try {
    const input = { chunks: cut(Buffer.from(file), size), ...(name && { path: name }) };
    for await (const batch of readInput(input, needs)) {
      for (const { time, price, sentiment } of batch.samples)
        found.samples.push(
          [new Date(time).toISOString().replace('T', ' ').replace('Z', ''), price, sentiment]
            .filter((one) => one !== undefined)
            .join(' '),
        );
      found.rejected.push(...batch.rejected.map(({ line, reason }) => `${line} ${reason}`));
      found.omitted += batch.omitted.no_value + batch.omitted.candle_not_ended;
    }
  } catch (error) {
    if (!(error instanceof UnusableError)) throw error;
    fault = error.message;
  }
  return { ...found, fault };
}

const KLINE = (open: number, close: number, price: string) =>
  `${open},42314.00000000,42335.80000000,42289.60000000,${price},35.91,${close},1518926.77,1327,21.16,895580.80,0`;

const BERLIN = { times: { zone: openZone('Europe/Berlin') } };

const format = (name: string) => {
  const form = compilePattern(name);
  assert.ok(form, name);
  return { name, form };
};

const CASES: readonly Case[] = [
  {
    what: 'klines of Binance in milliseconds, without a header',
    file: `${KLINE(1704067200000, 1704067259999, '42331.9')}\n${KLINE(1704067260000, 1704067319999, '42317.1')}\n`,
    name: 'BTCUSD-1m-2024-01.csv',
    expected: {
      samples: ['2024-01-01 00:00:59.999 42331.9', '2024-01-01 00:01:59.999 42317.1'],
      notices:
        /^read as klines of Binance: time from column 7, price from column 5; 1m candles; each close is stored at its candle's last millisecond$/,
    },
  },
  {
    what: 'klines of Binance in microseconds, a single one',
    file: `${KLINE(1735689600000000, 1735775999999999, '42300')}\n`,
    expected: { samples: ['2025-01-01 23:59:59.999 42300'], notices: /1d candles/ },
  },
  {
    what: 'klines of Binance with a header, and the candle that has not ended',
    file: `open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\r\n${KLINE(NOW - 3_600_000, NOW - 1, '42300')}\r\n${KLINE(NOW, NOW + 3_599_999, '42310')}\r\n`,
    expected: {
      samples: ['2025-12-31 23:59:59.999 42300'],
      omitted: 1,
      notices: /“close_time”.*1h candles/,
    },
  },
  {
    what: 'klines of Binance against Tether, by the name of the file',
    file: `${KLINE(1704067200000, 1704067259999, '42331.9')}\n`,
    name: 'BTCUSDT-1m-2024-01.csv',
    expected: {
      samples: [],
      fault:
        /^the name of the file has the pair BTCUSDT: prices are in US dollars; to take USDT for dollars, add --accept-stablecoin$/,
    },
  },
  {
    what: 'the same, accepted',
    file: `${KLINE(1704067200000, 1704067259999, '42331.9')}\n`,
    name: 'BTCUSDT-1m-2024-01.csv',
    options: { acceptsStablecoin: true },
    expected: { samples: ['2024-01-01 00:00:59.999 42331.9'], notices: /USDT is read as US dollars/ },
  },
  {
    what: 'klines of another coin',
    file: `${KLINE(1704067200000, 1704067259999, '42331.9')}\n`,
    name: 'ETHUSDT-1m-2024-01.csv',
    options: { acceptsStablecoin: true },
    expected: { samples: [], fault: /the pair ETHUSDT: only BTC prices in USD can be imported/ },
  },
  {
    what: 'OHLCVT of Kraken, with missing minutes',
    file: '1381095240,122.0,122.0,122.0,122.0,0.1,1\n1381095420,123.61,123.61,123.5,123.5,0.2,2\n1381095480,123.91,124.19,123.9,124.01687,1.991,3\n',
    name: 'XBTUSD_1.csv',
    expected: {
      samples: [
        '2013-10-06 21:34:59.999 122',
        '2013-10-06 21:37:59.999 123.5',
        '2013-10-06 21:38:59.999 124.01687',
      ],
      notices: /OHLCVT of Kraken.*1m candles/,
    },
  },
  {
    what: 'OHLCVT of Kraken, a single row',
    file: '1381095240,122.0,122.0,122.0,122.0,0.1,1\n',
    expected: {
      samples: [],
      fault: /^line 1: a single candle does not show its width: add --width with it, such as --width 1m$/,
    },
  },
  {
    what: 'the same, with its width',
    file: '1381095240,122.0,122.0,122.0,122.0,0.1,1',
    options: { width: 900_000 },
    expected: { samples: ['2013-10-06 21:48:59.999 122'] },
  },
  {
    what: 'OHLCVT of Kraken in euros, by the name of the file',
    file: '1381095240,122.0,122.0,122.0,122.0,0.1,1\n1381095300,122.0,122.0,122.0,122.0,0.1,1\n',
    name: 'XBTEUR_1.csv',
    expected: { samples: [], fault: /the pair XBTEUR: only BTC prices in USD can be imported/ },
  },
  {
    what: 'a minute set of Bitstamp with NaN rows',
    file: 'Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price\n1325317920,4.39,4.39,4.39,4.39,0.45558087,2.0000000193,4.39\n1325317980,NaN,NaN,NaN,NaN,NaN,NaN,NaN\n1325318040,4.5,4.57,4.5,4.57,37.8,171.3,4.5\n',
    name: 'bitstampUSD_1-min_data_2012-01-01_to_2021-03-31.csv',
    expected: {
      samples: ['2011-12-31 07:52:59.999 4.39', '2011-12-31 07:54:59.999 4.57'],
      omitted: 1,
      notices: /minute set of Bitstamp.*1m candles/,
    },
  },
  {
    what: 'a newer minute set of Bitstamp, with decimals in the seconds',
    file: 'Timestamp,Open,High,Low,Close,Volume\n1325412060.0,4.58,4.58,4.58,4.58,0.0\n1325412120.0,4.58,4.58,4.58,4.6,0.0\n',
    expected: { samples: ['2012-01-01 10:01:59.999 4.58', '2012-01-01 10:02:59.999 4.6'] },
  },
  {
    what: 'CryptoDataDownload, newest first, with seconds and milliseconds in one file',
    file: 'https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n1646106300000,2022-03-01 03:45:00,BTC/USD,43185.4,43185.4,43100,43117.3,0.5,21000\n1646106240,2022-03-01 03:44:00,BTC/USD,43185.4,43185.4,43100,43181.7,0.5,21000\n',
    expected: { samples: ['2022-03-01 03:45:59.999 43117.3', '2022-03-01 03:44:59.999 43181.7'] },
  },
  {
    what: 'CryptoDataDownload with times in text, which are in UTC',
    file: 'https://www.CryptoDataDownload.com\nDate,Symbol,Open,High,Low,Close,Volume BTC,Volume USD\n2020-05-29 01-PM,BTCUSD,9412.3,9427.1,9397.9,9420.7,165.4,1556912.1\n2020-05-29 12-PM,BTCUSD,9404.5,9414.5,9385.4,9412.3,84.2,791804.6\n',
    expected: { samples: ['2020-05-29 13:59:59.999 9420.7', '2020-05-29 12:59:59.999 9412.3'] },
  },
  {
    what: 'CryptoDataDownload of another coin',
    file: 'https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume ETH,Volume USD\n1646106300000,2022-03-01 03:45:00,ETH/USD,2900,2901,2899,2900,0.5,21000\n1646106240000,2022-03-01 03:44:00,ETH/USD,2900,2901,2899,2900,0.5,21000\n',
    expected: {
      samples: [],
      fault: /^line 3: the symbol is ETH\/USD: only BTC prices in USD can be imported$/,
    },
  },
  {
    what: 'CryptoDataDownload against Tether, accepted',
    file: 'https://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\n1646106300000,2022-03-01 03:45:00,BTCUSDT,43185,43186,43100,43117,1,2,3\n1646106240000,2022-03-01 03:44:00,BTCUSDT,43185,43186,43100,43181,1,2,3\n',
    options: { acceptsStablecoin: true },
    expected: {
      samples: ['2022-03-01 03:45:59.999 43117', '2022-03-01 03:44:59.999 43181'],
      notices: /USDT is read/,
    },
  },
  {
    what: 'Yahoo, with a row of null, and CRLF',
    file: 'Date,Open,High,Low,Close,Adj Close,Volume\r\n2014-09-17,465.864,468.174,452.422,457.334,457.334,21056800\r\n2014-09-18,null,null,null,null,null,null\r\n2014-09-19,424.103,427.835,384.532,394.796,394.796,37919700\r\n',
    expected: {
      samples: ['2014-09-17 23:59:59.999 457.334', '2014-09-19 23:59:59.999 394.796'],
      omitted: 1,
      notices: /Yahoo Finance.*1d candles/,
    },
  },
  {
    what: 'yfinance, with offsets',
    file: 'Datetime,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2023-11-15 00:00:00+00:00,1,2,1,1.5,0,0,0\n2023-11-15 01:00:00+00:00,1.5,2,1,1.75,0,0,0\n',
    expected: { samples: ['2023-11-15 00:59:59.999 1.5', '2023-11-15 01:59:59.999 1.75'] },
  },
  {
    what: 'an export of CoinGecko, whose prices are of moments',
    name: 'btc-usd-max.csv',
    file: 'snapped_at,price,market_cap,total_volume\n2023-11-15 00:00:00 UTC,35500.123456789,694000000000.0,20000000000.0\n2023-11-16 00:00:00 UTC,37880.58,740000000000.0,27000000000.0\n',
    expected: {
      samples: ['2023-11-15 00:00:00.000 35500.123456789', '2023-11-16 00:00:00.000 37880.58'],
      notices: /^read as an export of CoinGecko: time from “snapped_at”, price from “price”$/,
    },
  },
  {
    what: 'Investing.com, quoted, month first, newest first, with a BOM and separators of thousands',
    file: '\ufeff"Date","Price","Open","High","Low","Vol.","Change %"\n"01/14/2024","41,732.5","42,842.4","43,067.7","41,724.2","31.67K","-2.59%"\n"01/13/2024","42,842.4","42,777.9","43,241.8","42,448.7","38.17K","0.15%"\n',
    expected: {
      samples: ['2024-01-14 23:59:59.999 41732.5', '2024-01-13 23:59:59.999 42842.4'],
      notices: /Investing\.com.*1d candles/,
    },
  },
  {
    what: 'Investing.com, day first',
    file: '"Date","Price","Open","High","Low","Vol.","Change %"\n"14/01/2024","41,732.5","42,842.4","43,067.7","41,724.2","31.67K","-2.59%"\n',
    expected: { samples: ['2024-01-14 23:59:59.999 41732.5'] },
  },
  {
    what: 'Investing.com, with dates that do not settle it',
    file: '"Date","Price","Open","High","Low","Vol.","Change %"\n"02/01/2024","41,732.5","42,842.4","43,067.7","41,724.2","31.67K","-2.59%"\n',
    expected: {
      samples: [],
      fault:
        /^line 2: 02\/01\/2024 is 2 January by --time-format '%d\/%m\/%Y', or 1 February by --time-format '%m\/%d\/%Y', and no line shows which$/,
    },
  },
  {
    what: 'Investing.com, with names of months',
    file: '"Date","Price","Open","High","Low","Vol.","Change %"\n"Jan 14, 2024","41,732.5","42,842.4","43,067.7","41,724.2","31.67K","-2.59%"\n',
    expected: { samples: ['2024-01-14 23:59:59.999 41732.5'] },
  },
  {
    what: 'days in a zone over a change of the clocks',
    file: 'Date,Open,High,Low,Close,Volume\n2024-03-30,1,1,1,1,0\n2024-03-31,2,2,2,2,0\n2024-04-01,3,3,3,3,0\n',
    options: BERLIN,
    expected: {
      samples: ['2024-03-30 22:59:59.999 1', '2024-03-31 22:59:59.999 2', '2024-04-01 21:59:59.999 3'],
    },
  },
  {
    what: 'candles of Coinbase as a list of lists, newest first',
    file: '[[1704070800,42200,42600,42400,42500.5,12.3],\n[1704067200,42100,42500,42300,42400,10]]',
    expected: {
      samples: ['2024-01-01 01:59:59.999 42500.5', '2024-01-01 00:59:59.999 42400'],
      notices: /candles of Coinbase.*1h candles/,
    },
  },
  {
    what: 'candles of Coinbase, one a line',
    file: '[1704070800, 42200, 42600, 42400, 42500.5, 12.3]\n[1704067200, 42100, 42500, 42300, 42400, 10]\n',
    expected: { samples: ['2024-01-01 01:59:59.999 42500.5', '2024-01-01 00:59:59.999 42400'] },
  },
  {
    what: 'comment lines, blank lines, a repeated header and commas at the end',
    file: '# exported by a tool\n\ntime,price,\n1704067200,1,\n\n# a note, "quoted\n1704067201,2\ntime,price,\n1704067202,3,\n',
    expected: {
      samples: ['2024-01-01 00:00:00.000 1', '2024-01-01 00:00:01.000 2', '2024-01-01 00:00:02.000 3'],
    },
  },
  {
    what: 'a hint for a spreadsheet about its separator',
    file: 'sep=;\r\ntime;price\r\n1704067200;1\r\n',
    expected: { samples: ['2024-01-01 00:00:00.000 1'] },
  },
  {
    what: 'zero and negative prices, and scientific notation',
    file: 'time,price\n1704067200,0\n1704067201,-1\n1704067202,4.2E+04\n1704067203,1e400\n',
    expected: {
      samples: ['2024-01-01 00:00:02.000 42000'],
      rejected: ['2 price_invalid', '3 price_invalid', '5 price_invalid'],
    },
  },
  {
    what: 'mixed units in a file of samples',
    file: 'time,price\n1704067200,1\n1704067201000,2\n',
    expected: {
      samples: ['2024-01-01 00:00:00.000 1'],
      fault: /^line 3: times change from seconds to milliseconds/,
    },
  },
  {
    what: 'named columns',
    file: 'Zeitpunkt,Kurs,Stimmung\n2024-01-01T00:00:00Z,42300,0.25\n',
    options: { columns: { time: 'Zeitpunkt', price: 'Kurs', sentiment: 'stimmung' } },
    expected: {
      samples: ['2024-01-01 00:00:00.000 42300 0.25'],
      notices: /time from “Zeitpunkt”, price from “Kurs”/,
    },
  },
  {
    what: 'a named column that is there twice',
    file: 'date,close,close\n2024-01-01,1,2\n',
    options: { columns: { time: 'date', price: 'close', sentiment: undefined } },
    expected: {
      samples: [],
      fault: /^line 1: two columns are called close: to choose one by its number, use --no-header/,
    },
  },
  {
    what: 'a named column that is not there',
    file: 'date,close\n2024-01-01,1\n',
    options: { columns: { time: 'date', price: 'last', sentiment: undefined } },
    expected: { samples: [], fault: /^line 1: no column is called last; there are date, close$/ },
  },
  {
    what: 'columns that are not known, with the option that names them',
    file: 'Datum,Schlusskurs\n2024-01-01,1\n',
    expected: {
      samples: [],
      fault: /; it names datum, schlusskurs; use --columns time=datum,price=schlusskurs$/,
    },
  },
  {
    what: 'numbered columns without a header, candles of a minute',
    file: 'buy|1704067200|42300\nsell|1704067260|42310\n',
    options: {
      hasHeader: false,
      delimiter: '|',
      width: 60_000,
      columns: { time: '2', price: '3', sentiment: undefined },
    },
    expected: {
      samples: ['2024-01-01 00:00:59.999 42300', '2024-01-01 00:01:59.999 42310'],
      notices: /1m candles/,
    },
  },
  {
    what: 'a decimal comma, and German dates',
    file: 'Datum;Schluss\n"31.12.2024";"93.507,85"\n30.12.2024;93507\n29.12.2024;93.5\n',
    options: {
      delimiter: ';',
      numbers: { decimal: ',', thousands: '.' },
      columns: { time: 'Datum', price: 'Schluss', sentiment: undefined },
    },
    expected: {
      samples: ['2024-12-31 00:00:00.000 93507.85', '2024-12-30 00:00:00.000 93507'],
      rejected: ['4 price_invalid'],
    },
  },
  {
    what: 'local times at the changes of the clocks',
    file: 'time,price\n2024-03-31 01:59:59,1\n2024-03-31 02:30:00,2\n2024-03-31 03:00:00,3\n2024-10-27 01:59,4\n2024-10-27 02:30:00,5\n2024-10-27T03:00:00,6\n2024-06-01,7\n2024-06-01 12:00:00+00:00,8\n',
    options: BERLIN,
    expected: {
      samples: [
        '2024-03-31 00:59:59.000 1',
        '2024-03-31 01:00:00.000 3',
        '2024-10-26 23:59:00.000 4',
        '2024-10-27 02:00:00.000 6',
        '2024-05-31 22:00:00.000 7',
        '2024-06-01 12:00:00.000 8',
      ],
      rejected: ['3 time_skipped', '6 time_repeated'],
    },
  },
  {
    what: 'times without a zone',
    file: 'time,price\n2024-03-31 01:59:59,1\n',
    expected: { samples: [], rejected: ['2 time_invalid'] },
  },
  {
    what: 'a pattern of times, with a zone',
    file: 'time,price\n12/31/24 11:30 PM,1\n31/12/24 11:30 PM,2\n',
    options: { times: { format: format('%m/%d/%y %I:%M %p'), zone: openZone('UTC') } },
    expected: { samples: ['2024-12-31 23:30:00.000 1'], rejected: ['3 time_invalid'] },
  },
  {
    what: 'a unit that the user says, for times before 1973 and after',
    file: 'time,price\n1704067200000000,1\n1704067200,2\n',
    options: { times: { format: { name: 'us', form: 'microseconds' } } },
    expected: { samples: ['2024-01-01 00:00:00.000 1'], rejected: ['3 time_before_bitcoin'] },
  },
  {
    what: 'times as DuckDB and polars write them',
    file: 'time,price\n2022-07-07 15:00:00+00,1\n2022-07-07 15:00:00.37-04,2\n2022-07-07T15:00:00+05:30,3\n2022-07-07T15:00:00.370000+0000,4\n',
    expected: {
      samples: [
        '2022-07-07 15:00:00.000 1',
        '2022-07-07 19:00:00.370 2',
        '2022-07-07 09:30:00.000 3',
        '2022-07-07 15:00:00.370 4',
      ],
    },
  },
  {
    what: 'a symbol that changes within a file of samples',
    file: 'time,price,symbol\n1704067200,1,BTC-USD\n1704067201,2,XBT/USD\n1704067202,3,DOGE-USD\n',
    expected: {
      samples: ['2024-01-01 00:00:00.000 1', '2024-01-01 00:00:01.000 2'],
      fault: /^line 4: the symbol is DOGE-USD: only/,
    },
  },
  {
    what: 'objects with other members, and candles',
    file: '{"t":1704067200000,"c":"42300,5"}\n{"t":1704067260000,"c":null}\n',
    options: {
      width: 60_000,
      numbers: { decimal: ',', thousands: '.' },
      columns: { time: 't', price: 'c', sentiment: undefined },
    },
    expected: { samples: ['2024-01-01 00:00:59.999 42300.5'], rejected: ['2 no_value'] },
  },
  {
    what: 'a symbol in objects',
    file: '{"time":1704067200,"price":1,"symbol":"BTC-USD"}\n{"time":1704067201,"price":2250,"symbol":"ETH-USD"}\n',
    expected: {
      samples: ['2024-01-01 00:00:00.000 1'],
      fault: /^line 2: the symbol is ETH-USD: only BTC prices in USD can be imported$/,
    },
  },
  {
    what: 'a pair in a list of objects',
    file: '[{"time":1704067200,"price":1,"pair":"XBTUSDT"}]',
    expected: { samples: [], fault: /^line 1: the symbol is XBTUSDT: .* add --accept-stablecoin$/ },
  },
  {
    what: 'a time in exponent notation under another name',
    file: '{"t":1.7040672e9,"c":1}\n{"t":1704067201,"c":2e0,"d":{"t":1.7e9}}\n{"x":"t:1e9","t":1704067202,"c":3}\n',
    options: { columns: { time: 't', price: 'c', sentiment: undefined } },
    expected: {
      samples: ['2024-01-01 00:00:01.000 2', '2024-01-01 00:00:02.000 3'],
      rejected: ['1 time_invalid'],
    },
  },
  {
    what: 'a time in exponent notation in lists',
    file: '[[1.7040672e9,1],[1704067201,2]]',
    options: { hasHeader: false, columns: { time: '1', price: '2', sentiment: undefined } },
    expected: { samples: ['2024-01-01 00:00:01.000 2'], rejected: ['1 time_invalid'] },
  },
  {
    what: 'zstd with several frames',
    file: Buffer.concat([
      zstdCompressSync(Buffer.from('time,price\n1704067200,1\n')),
      zstdCompressSync(Buffer.from('1704067201,2\n')),
    ]),
    expected: { samples: ['2024-01-01 00:00:00.000 1', '2024-01-01 00:00:01.000 2'] },
  },
  {
    what: 'zstd before what is no frame',
    file: Buffer.concat([
      zstdCompressSync(Buffer.from('time,price\n1704067200,1\n')),
      Buffer.from('1704067201,2\n'),
    ]),
    expected: {
      samples: ['2024-01-01 00:00:00.000 1'],
      fault: /^line 3: the zstd data is truncated or damaged$/,
    },
  },
  {
    what: 'gzip and zstd',
    file: gzipSync(zstdCompressSync(Buffer.from('time,price\n1704067200,1\n'))),
    expected: { samples: [], fault: /^line 1: it is not text/ },
  },
  {
    what: 'zstd',
    file: zstdCompressSync(Buffer.from('snapped_at,price,market_cap\n2023-11-15 00:00:00 UTC,35500,1\n')),
    expected: { samples: ['2023-11-15 00:00:00.000 35500'] },
  },
];

for (const one of CASES) {
  test(`reads ${one.what}`, async () => {
    const { samples = [], rejected = [], omitted = 0, fault, notices } = one.expected;
    for (const size of [2 ** 19, 1, 7, 64]) {
      const found = await read(one, size);
      if (fault) assert.match(found.fault, fault);
      else assert.equal(found.fault, '');
      assert.deepEqual(found.samples, samples, `chunks of ${size}`);
      assert.deepEqual(found.rejected, rejected);
      assert.equal(found.omitted, omitted);
      if (notices) assert.match(found.notices.join('\n'), notices);
    }
  });
}

test('what is unpacked is limited in all, too', async () => {
  const packed = gzipSync(`time,price\n${'1704067200,1\n'.repeat(1000)}`);
  const needs = {
    clock: () => NOW,
    table: NO_TABLE_OPTIONS,
    notice: () => undefined,
    isSimulated: false,
    onRecognised: () => undefined,
  };
  const limits = { ratio: 10_000, freeBytes: 1000, totalBytes: 4096 };
  let count = 0;
  await assert.rejects(
    async () => {
      for await (const batch of readInput({ chunks: cut(packed, 10) }, needs, limits))
        count += batch.samples.length;
    },
    { name: 'UnusableError', message: /: it unpacks to more than .* GiB, which looks like a zip bomb/ },
  );
  assert.ok(count < 1000, `${count} samples`);
});

test('a width that later rows disprove is an error at their line', async () => {
  const hours = Array.from(
    { length: 60_000 },
    (_, hour) => `${1_300_000_000 - (1_300_000_000 % 3600) + hour * 3600},5,6,4,5,1,1`,
  );
  const minutes = [`${1_300_000_000 - (1_300_000_000 % 3600) + 59_999 * 3600 + 60},5,6,4,5,1,1`];
  const file = `${[...hours, ...minutes].join('\n')}\n`;
  const { samples, fault } = await read({ what: '', file, expected: {} }, 2 ** 16);
  assert.equal(samples.length, 60_000);
  assert.match(
    fault,
    /^line 60001: candles are 1m apart here, and 1h at the beginning: add --width 1m or --width 1h, whichever is right$/,
  );
});

const OHLC = 'timestamp,open,high,low,close,volume\n';
const at = (time: string) => `${Date.parse(`${time}Z`) / 1000},5,6,4,5,1\n`;

test('candles have the usual spacing of their rows, so that odd rows shift no other', async () => {
  const fourHours =
    OHLC + ['00', '04', '08', '11', '15', '19'].map((hour) => at(`2024-03-31T${hour}:00`)).join('');
  const changed = await read({ what: '', file: fourHours, expected: {} }, 2 ** 16);
  assert.equal(changed.fault, '');
  assert.match(changed.notices[0] ?? '', /; 4h candles;/);
  assert.deepEqual(changed.samples.slice(0, 1), ['2024-03-31 03:59:59.999 5']);

  const hours = OHLC + ['00', '01', '02'].map((hour) => at(`2024-03-31T${hour}:00`)).join('');
  const odd = await read({ what: '', file: hours + at('2024-03-31T02:37:11'), expected: {} }, 2 ** 16);
  assert.deepEqual(
    odd.samples,
    ['00', '01', '02'].map((hour) => `2024-03-31 ${hour}:59:59.999 5`),
  );
  assert.equal(
    odd.fault,
    'line 5: candles are 2231s apart here, and 1h at the beginning: add --width 2231s or --width 1h, whichever is right',
  );
  // Downloaded before its last candle ended.
  const last = ['2025-12-31T21:00', '2025-12-31T22:00', '2025-12-31T23:00', '2025-12-31T23:42:10'];
  const fresh = await read({ what: '', file: OHLC + last.map(at).join(''), expected: {} }, 2 ** 16);
  assert.deepEqual([fresh.samples.length, fresh.omitted, fresh.fault], [3, 1, '']);
});

test('candles of named columns need their width', async () => {
  const file = 'date,open,high,low,close\n2024-01-01,1,2,1,2\n';
  const columns = { time: 'date', price: 'close', sentiment: undefined };
  const readWith = (options: Partial<TableOptions>) =>
    read({ what: '', file, options, expected: {} }, 2 ** 16);
  assert.equal(
    (await readWith({ columns })).fault,
    'line 1: its rows are candles: add --width with the width of one, such as --width 1m',
  );
  assert.deepEqual((await readWith({ columns, width: 86_400_000 })).samples, ['2024-01-01 23:59:59.999 2']);
  const objects = '[{"date":"2024-01-01","open":1,"high":2,"low":1,"close":2}]';
  for (const one of [objects, objects.slice(1, -1)])
    assert.match(
      (await read({ what: '', file: one, options: { columns }, expected: {} }, 2 ** 16)).fault,
      /rows are candles/,
    );
  const opening = { ...columns, price: 'open' };
  assert.deepEqual((await readWith({ columns: opening })).samples, ['2024-01-01 00:00:00.000 1']);
  assert.match(
    (await readWith({})).fault,
    /; use --columns time=date,price=close --width with the width of its candles, such as --width 1m$/,
  );
});

test('klines whose times have no zone are refused for that', async () => {
  const file =
    'open_time,open,high,low,close,volume,close_time\n2024-01-01 00:00:00,1,2,1,2,9,2024-01-01 00:59:59\n';
  assert.match(
    (await read({ what: '', file, expected: {} }, 2 ** 16)).fault,
    /^line 2: "2024-01-01 00:00:00" has no time zone: .* add --zone UTC$/,
  );
});

const YAHOO = 'Date,Open,High,Low,Close,Volume\n2024-01-01,1,1,1,1,0\n2024-01-02,2,2,2,2,0\n';
const GECKO = 'snapped_at,price,market_cap\n2023-11-15 00:00:00 UTC,35500,1\n';
const INVESTING =
  '"Date","Price","Open","High","Low","Vol.","Change %"\n"Jan 14, 2024","41,732.5","42,842.4","43,067.7","41,724.2","31.67K","-2.59%"\n';
const KLINES = `${KLINE(1704067200000, 1704067259999, '42331.9')}\n`;
const KRAKEN = '1381095240,122.0,122.0,122.0,122.0,0.1,1\n1381095300,122.0,122.0,122.0,122.0,0.1,1\n';
const NAMED = 'date,kurs\n2024-01-01,1\n';
const COINBASE = '[[1704070800,42200,42600,42400,42500.5,12.3],[1704067200,42100,42500,42300,42400,10]]';
const COLUMNS = { columns: { time: 'date', price: 'kurs', sentiment: undefined } };

test('a pair in the name of a file must be Bitcoin in dollars', async () => {
  const refused: readonly [name: string, file: string, pair: string, options?: Partial<TableOptions>][] = [
    ['ETH-USD.csv', YAHOO, 'ETH-USD'],
    ['BTC-EUR.csv', YAHOO, 'BTC-EUR'],
    ['btc-inr.csv', YAHOO, 'btc-inr'],
    ['eth-usd-max.csv', GECKO, 'eth-usd'],
    ['ethbtc.csv', YAHOO, 'ethbtc'],
    ['BTC_PRICE_EUR.csv', YAHOO, 'PRICE_EUR'],
    ['ETH_EUR Binance Historical Data.csv', INVESTING, 'ETH_EUR'],
    ['BTCTRY-1m-2024.csv', KLINES, 'BTCTRY'],
    ['RENDERUSD_1.csv', KRAKEN, 'RENDERUSD'],
    ['krakenEUR.csv', KRAKEN, 'krakenEUR'],
    ['COINBASE_ETHUSD, 1D.csv', YAHOO, 'ETHUSD'],
    ['WBTC-USD.csv', YAHOO, 'WBTC-USD'],
    ['kraken_ETH-USD.csv', YAHOO, 'ETH-USD'],
    ['ETH-USD.csv', NAMED, 'ETH-USD', COLUMNS],
    ['ETH-USD.json', COINBASE, 'ETH-USD'],
    ['ETH-USD.ndjson', '{"date":"2024-01-01","kurs":1}\n', 'ETH-USD', COLUMNS],
    ['ETH-USD.csv', 'time,price\n2024-01-01,1\n', 'ETH-USD'],
  ];
  for (const [name, file, pair, options] of refused) {
    const { samples, fault } = await read(
      { what: '', file, name, ...(options && { options }), expected: {} },
      2 ** 16,
    );
    assert.deepEqual(samples, [], name);
    assert.equal(
      fault.replace(/^line 1: /, ''),
      `the name of the file has the pair ${pair}: only BTC prices in USD can be imported`,
    );
  }
  for (const name of [
    'BTC-USD.csv',
    'btc_usd.csv',
    'bitcoin-usd-max.csv',
    'BTCUSD_PERP.csv',
    'daily_BTCUSD.csv',
    'KRAKEN_BTC_USD.csv',
  ]) {
    const { samples, fault, notices } = await read({ what: '', file: YAHOO, name, expected: {} }, 2 ** 16);
    assert.deepEqual([samples.length, fault, notices.length], [2, '', 1], name);
  }
  for (const name of [
    'bitcoin.csv',
    'daily-btc.csv',
    'DAILY_BTC.csv',
    'btcdata.csv',
    'prices_usd.csv',
    'bitstampUSD.csv',
    'data_2024_USD.csv',
    'BTC_DAILY_USD.csv',
    undefined,
  ]) {
    const { samples, fault, notices } = await read(
      { what: '', file: YAHOO, ...(name && { name }), expected: {} },
      2 ** 16,
    );
    assert.deepEqual(
      [samples.length, fault, notices.at(-1)],
      [2, '', 'no pair in the file or its name: read as BTC in USD'],
      name ?? 'no name',
    );
  }
});

test('dates in Parquet begin in their zone, or else in UTC', async (t) => {
  const path = join(temporaryFolder(t), 'days.parquet');
  const schema = [
    { name: 'root', num_children: 2 },
    {
      name: 'day',
      type: 'INT32' as const,
      repetition_type: 'REQUIRED' as const,
      converted_type: 'DATE' as const,
    },
    { name: 'kurs', type: 'DOUBLE' as const, repetition_type: 'REQUIRED' as const },
  ];
  const columnData = [
    { name: 'day', data: [1, 2].map((day) => new Date(Date.UTC(2024, 6, day))) },
    { name: 'kurs', data: [1, 2] },
  ];
  writeFileSync(path, Buffer.from(parquetWriteBuffer({ schema, columnData })));
  for (const [zone, days] of [
    [undefined, ['2024-07-01 00:00:00.000 1', '2024-07-02 00:00:00.000 2']],
    [openZone('Europe/Berlin'), ['2024-06-30 22:00:00.000 1', '2024-07-01 22:00:00.000 2']],
  ] as const) {
    const options = { columns: { time: 'day', price: 'kurs', sentiment: undefined }, times: { zone } };
    const one = { what: '', file: readFileSync(path), name: path, options, expected: {} };
    const { samples, fault } = await read(one, 2 ** 16);
    assert.equal(fault, '');
    assert.deepEqual(samples, days);
  }
});
