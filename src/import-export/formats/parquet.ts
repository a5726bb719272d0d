import { printable } from '../../domain/untrusted-text.ts';
import {
  openParquet,
  ParquetError,
  type ParquetFile,
  type ParquetFileColumn,
  type ParquetValue,
} from '../../parquet/reader.ts';
import { emptyBatch, type SampleBatch } from '../sample-batch.ts';
import { candleOfWidth } from '../tables/candle.ts';
import { checkWidth, findColumns, readHeader, showNames, symbolColumn } from '../tables/header.ts';
import { createTaker, readText } from '../tables/record-rules.ts';
import { checkName, createSymbolCheck } from '../tables/symbol.ts';
import { describeInvalidTime, describeLocalTime, type InvalidTime } from '../times/invalid-time.ts';
import { createTimeColumn } from '../times/time-column.ts';
import { UnusableError } from '../unusable-input.ts';
import type { ReaderNeeds } from './reader.ts';

const BATCH_ROWS = 10_000;

/** The columns with the values of a sample. @throws UnusableError. */
function columnsOf({ columns: all }: ParquetFile, { table }: ReaderNeeds) {
  const names = all.map(({ name }) => name);
  if (!table.hasHeader) throw new UnusableError('a Parquet file has names of columns: leave out --no-header');
  if (table.columns) checkWidth(names, table.columns, table.width, 1);
  const found = table.columns ? findColumns(names, table.columns, 1) : readHeader(names, 1);
  const symbol = symbolColumn(names);
  const at = (index: number | undefined) => (index === undefined ? undefined : all[index]);
  return {
    time: all[found.time] as ParquetFileColumn,
    price: at(found.price),
    sentiment: at(found.sentiment),
    symbol: at(symbol),
  };
}

type Columns = ReturnType<typeof columnsOf>;

const TIMES: readonly (ParquetFileColumn['type'] | undefined)[] = ['time', 'local', 'date'];

function checkTypes({ time, price, sentiment }: Columns, { table }: ReaderNeeds): void {
  const other = [time, price, sentiment].find((column) => column?.type === 'other');
  if (other)
    throw new UnusableError(
      `the column ${printable(other.name, 40)} holds lists, structures or binary data: choose others with --columns`,
    );
  const local = [price, sentiment].find((column) => TIMES.includes(column?.type));
  if (local)
    throw new UnusableError(
      `the column ${printable(local.name, 40)} holds times, not numbers: choose another with --columns`,
    );
  if (time.type === 'local' && !table.times.zone)
    throw new UnusableError(
      `the times in ${printable(time.name, 40)} have no time zone: add --zone UTC, or --zone Europe/Berlin`,
    );
}

/** Reads a Parquet file with columns as in an export, or as `--columns` names them. @throws UnusableError. */
export async function* readParquet(
  path: string,
  needs: ReaderNeeds,
): AsyncGenerator<SampleBatch, void, undefined> {
  const { clock, table, notice } = needs;
  let row = 0;
  try {
    await using file = await openParquet(path);
    const columns = columnsOf(file, needs);
    checkTypes(columns, needs);
    const { time, price, sentiment, symbol } = columns;
    const times = createTimeColumn(table.times);
    const { width, numbers } = table;
    const candle = width === undefined ? undefined : candleOfWidth(width);
    const checkSymbol = createSymbolCheck(table.acceptsStablecoin, notice);
    if (price && !symbol) checkName(needs.name, checkSymbol);
    const take = createTaker({ candle }, checkSymbol);
    const used = [time, price, sentiment, symbol].filter((column) => column !== undefined);
    const unread = file.columns.filter((column) => !used.includes(column));
    if (unread.length > 0 && !table.columns)
      notice(`columns that are not read: ${showNames(unread.map(({ name }) => name))}`);
    needs.onRecognised({ shape: 'samples', times, hasRowGroups: true });

    const { zone } = table.times;
    function timeOf(value: ParquetValue): number | InvalidTime {
      if (value === null || value === undefined) return describeInvalidTime(value);
      const whole = typeof value === 'bigint' ? Number(value / time.perMillisecond) : Number(value);
      if (time.type === 'time' || (time.type === 'date' && !zone)) return whole;
      if (zone && (time.type === 'local' || time.type === 'date')) {
        const found = zone.toUtc(whole);
        return typeof found === 'number'
          ? found
          : describeLocalTime(new Date(whole).toISOString(), zone.name, found);
      }
      return times.ofValue(typeof value === 'bigint' ? String(value) : value, row);
    }
    const readOf = (value: ParquetValue) =>
      typeof value === 'string'
        ? readText(value, { numbers })
        : typeof value === 'bigint'
          ? Number(value)
          : value;

    const names = [...new Set(used.map(({ name }) => name))];
    for await (const group of file.groups(names)) {
      const valuesOf = (column: ParquetFileColumn | undefined) =>
        column ? group[names.indexOf(column.name)] : undefined;
      const [timeValues, prices, sentiments, symbols] = [time, price, sentiment, symbol].map(valuesOf);
      const count = timeValues?.length ?? 0;
      for (let at = 0; at < count; ) {
        const batch = emptyBatch();
        const now = clock();
        for (const end = Math.min(at + BATCH_ROWS, count); at < end; at += 1) {
          row += 1;
          const text = () =>
            [timeValues, prices, sentiments].map((values) => String(values?.[at] ?? '')).join();
          const values = {
            time: timeOf(timeValues?.[at]),
            price: readOf(prices?.[at]),
            sentiment: readOf(sentiments?.[at]),
            symbol: symbols && String(symbols[at]),
          };
          take(values, { now, line: row, batch }, text);
        }
        yield batch;
      }
    }
  } catch (error) {
    if (!(error instanceof ParquetError)) throw error;
    throw new UnusableError(error.message, undefined, { cause: error });
  }
}
