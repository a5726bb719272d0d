import type { Head } from '../tables/beginning.ts';
import { type Candle, candleOfSpacing, candleOfWidth, describeCandle } from '../tables/candle.ts';
import { checkWidth } from '../tables/header.ts';
import { createTaker } from '../tables/record-rules.ts';
import { checkName, createSymbolCheck, NO_PAIR } from '../tables/symbol.ts';
import type { TableOptions } from '../tables/table-options.ts';
import { createTimeColumn } from '../times/time-column.ts';
import { COINBASE_MEMBERS, COINBASE_ROWS, isCoinbaseRow } from './coinbase-rows.ts';
import { createJsonListReader } from './json-list.ts';
import type { Members } from './json-record.ts';
import { createNdjsonReader } from './ndjson.ts';
import type { Reader, ReaderNeeds } from './reader.ts';

/** A list of values that contains no other list. */
const ROW = /\[[^[\]]*\]/g;

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function membersOf({ columns, hasHeader }: TableOptions): Members | undefined {
  if (!columns || hasHeader) return columns;
  const indexOf = (text: string | undefined) => (text === undefined ? undefined : Number(text) - 1);
  return {
    time: Number(columns.time) - 1,
    price: indexOf(columns.price),
    sentiment: indexOf(columns.sentiment),
  };
}

/**
 * Recognises the shape of JSON by its beginning.
 *
 * @returns `undefined` if a longer head is needed.
 */
export function recogniseJson(head: Head, needs: ReaderNeeds): { reader: Reader; start: number } | undefined {
  const { table, clock, isSimulated, notice } = needs;
  const text = head.bytes.toString('utf8');
  const [, opening = ''] = /^\s*(\[\s*(?:\[|[-\d"])|\[|\{)/.exec(text) ?? [];
  const hasRows = opening.length > 1;
  const rows = hasRows ? text.match(ROW) : null;
  if (/^\s*\[\s*$/.test(text) && !head.isLongest) return undefined;
  if (hasRows && !rows && !head.isLongest) return undefined;
  const isCoinbase = table.columns === undefined && isCoinbaseRow(parse(rows?.[0]));
  if (isCoinbase && table.width === undefined && !head.isLongest) return undefined;

  const object = parse(/\{[^{}]*\}/.exec(text)?.[0]);
  if (table.columns && table.hasHeader && object)
    checkWidth(Object.keys(object), table.columns, table.width, 1);

  function candleOf(): Candle | undefined {
    const { width } = table;
    if (width !== undefined) return candleOfWidth(width);
    if (!isCoinbase) return undefined;
    const times = (rows ?? []).map(parse).filter(isCoinbaseRow) as number[][];
    return candleOfSpacing(
      times.map(([seconds = 0]) => seconds * 1000),
      1,
    );
  }
  const candle = candleOf();
  const times = createTimeColumn(table.times);
  const members = isCoinbase ? COINBASE_MEMBERS : membersOf(table);
  const shape = isCoinbase ? COINBASE_ROWS : 'samples';
  const checkSymbol = createSymbolCheck(table.acceptsStablecoin, notice);
  const hasPrices = !members || members.price !== undefined;
  const hasNoPair = hasPrices && !checkName(needs.name, checkSymbol);
  if (isCoinbase) notice(`read as ${shape}: time from value 1, price from value 5${describeCandle(candle)}`);
  if (isCoinbase && hasNoPair) notice(NO_PAIR);
  needs.onRecognised({ shape, times });
  const take = createTaker({ candle }, checkSymbol);
  const record = { times, isSimulated, members, numbers: table.numbers, take };
  const isPerLine =
    opening === '{' || (opening.length > 1 && !opening.endsWith('[') && typeof members?.time === 'number');
  return {
    reader: isPerLine ? createNdjsonReader(record, clock) : createJsonListReader(record, clock),
    start: 0,
  };
}
