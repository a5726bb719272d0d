import { DAY } from '../../domain/time/bucket-width.ts';
import { openZone } from '../../domain/time/zone.ts';
import { printable } from '../../domain/untrusted-text.ts';
import { compilePattern } from '../times/pattern.ts';
import { createTimeColumn, type TimeFormat, type TimeRules } from '../times/time-column.ts';
import { UnusableError } from '../unusable-input.ts';
import { type Beginning, findBeginning, type Head } from './beginning.ts';
import { type Candle, candleOfSpacing, candleOfWidth, describeCandle } from './candle.ts';
import { isDayAndMonth, settleDayAndMonth } from './day-and-month.ts';
import { firstLines } from './first-lines.ts';
import {
  type Columns,
  checkWidth,
  countOf,
  findColumns,
  numberColumns,
  readHeader,
  showNames,
  symbolColumn,
} from './header.ts';
import type { Layout } from './layout.ts';
import { KNOWN_SHAPES } from './shapes/known-shapes.ts';
import type { Shape, ShapeColumns } from './shapes/shape.ts';
import { checkName, NO_PAIR, type SymbolCheck } from './symbol.ts';
import type { TableOptions } from './table-options.ts';

export interface RecogniseNeeds {
  readonly table: TableOptions;
  /** The name of the file, which may have the pair. */
  readonly name: string | undefined;
  readonly checkSymbol: SymbolCheck;
  readonly notice: (text: string) => void;
}

interface Found {
  readonly shape: Shape | undefined;
  readonly columns: Columns;
  readonly traits: Partial<ShapeColumns>;
}

function findColumnsOf({ first, fields }: Beginning, { columns, hasHeader, width }: TableOptions): Found {
  if (columns) {
    if (hasHeader) checkWidth(fields, columns, width, first.line);
    const found = (hasHeader ? findColumns : numberColumns)(fields, columns, first.line);
    const symbol = hasHeader ? symbolColumn(fields) : undefined;
    return {
      shape: undefined,
      columns: { ...found, symbol },
      traits: { hasHeader, absent: ['null', 'nan', 'na', 'n/a'] },
    };
  }
  for (const shape of KNOWN_SHAPES) {
    const traits = shape.find(fields);
    if (!traits) continue;
    const { time, price, symbol } = traits;
    return { shape, columns: { ...countOf(fields), time, price, sentiment: undefined, symbol }, traits };
  }
  const found = readHeader(fields, first.line);
  return {
    shape: undefined,
    columns: { ...found, symbol: symbolColumn(fields) },
    traits: { hasHeader: true },
  };
}

const isPattern = (name: string, text: string): TimeFormat | undefined => {
  const form = compilePattern(name);
  return form?.(text) ? { name, form } : undefined;
};

/** Says what a file is read as. */
function describe(
  found: Found,
  fields: readonly string[],
  { candle }: { candle: Candle | undefined },
): string {
  const { shape, columns, traits } = found;
  const label = (index: number) =>
    traits.hasHeader ? `“${printable(fields[index]?.trim() ?? '', 40)}”` : `column ${index + 1}`;
  const { time, price, sentiment } = columns;
  const parts = [
    `time from ${label(time)}`,
    price !== undefined && `price from ${label(price)}`,
    sentiment !== undefined && `sentiment from ${label(sentiment)}`,
  ].filter((part) => part !== false);
  return `read as ${shape?.name ?? 'a table'}: ${parts.join(', ')}${describeCandle(candle)}`;
}

/**
 * Recognises the shape of a CSV file by its first lines.
 *
 * @returns `undefined` if a longer head is needed.
 * @throws UnusableError if it has no known shape, or another pair.
 */
export function recognise(head: Head, needs: RecogniseNeeds): Layout | undefined {
  const { table, checkSymbol, notice } = needs;
  const beginning = findBeginning(head, table.delimiter);
  if (!beginning) return undefined;
  const { first, fields, delimiter } = beginning;
  const found = findColumnsOf(beginning, table);
  const { shape, traits } = found;
  let { columns } = found;
  const { start, line } = traits.hasHeader ? { start: first.next, line: first.nextLine } : first;
  const rows = () => firstLines(head.bytes, head.isWhole, delimiter, { start, line });

  const { value: row } = rows().next();
  if (!row?.isWhole && !head.isWhole && !head.isLongest) return undefined;
  const firstTime = row?.fields?.[columns.time]?.trim() ?? '';
  const isUnsettled = !table.times.format && isDayAndMonth(firstTime);
  const isLongEnough = head.isWhole || head.isLongest;
  const needsRows = isUnsettled || (traits.candle === 'spacing' && table.width === undefined);
  if (needsRows && !isLongEnough) return undefined;

  function settle(): TimeFormat | undefined {
    if (!isUnsettled) return traits.timeFormats?.map((name) => isPattern(name, firstTime)).find((one) => one);
    const times = [...rows()]
      .filter(({ isWhole }) => isWhole)
      .map((one) => one.fields?.[columns.time]?.trim() ?? '');
    return settleDayAndMonth(times, line);
  }
  const rules: TimeRules = {
    format: table.times.format ?? settle(),
    zone: table.times.zone ?? (traits.isUtc ? openZone('UTC') : undefined),
    mayChange: traits.mayChangeUnit,
  };

  function candleOf(): Candle | undefined {
    const { width } = table;
    if (width !== undefined) return candleOfWidth(width);
    if (traits.candle === 'spacing') {
      const scratch = createTimeColumn(rules);
      const times = [...rows()]
        .filter(({ isWhole }) => isWhole)
        .map((one) => scratch.ofValue(one.fields?.[columns.time]?.trim(), one.line));
      return candleOfSpacing(
        times.filter((time) => typeof time === 'number'),
        line,
        // A date without a time of day begins a day.
        /^\d+$|:|m$/i.test(firstTime) ? undefined : DAY,
      );
    }
    if (!traits.candle || !row?.fields) return undefined;
    const scratch = createTimeColumn(rules);
    const [opened, closed] = [columns.time, traits.candle.end].map((index) =>
      scratch.ofValue(row.fields?.[index]?.trim(), line),
    );
    for (const time of [opened, closed])
      if (typeof time === 'object') throw new UnusableError(`${time.found} ${time.why}`, line);
    if (typeof opened !== 'number' || typeof closed !== 'number' || !(closed > opened))
      throw new UnusableError(
        'the first candle does not show its width: add --width with it, such as --width 1m',
        line,
      );
    columns = { ...columns, time: traits.candle.end };
    return { width: closed - opened + 1, offset: 0, isDerived: false };
  }
  const candle = candleOf();

  const isForeign = shape !== undefined || table.columns !== undefined;
  const isUnsaid = columns.price !== undefined && columns.symbol === undefined;
  const hasNoPair = isUnsaid && !checkName(needs.name, checkSymbol);
  if (isForeign || candle) notice(describe({ ...found, columns }, fields, { candle }));
  if (shape && hasNoPair) notice(NO_PAIR);
  if (!isForeign && !candle) {
    const read = [columns.time, columns.price, columns.sentiment, columns.symbol];
    const unread = fields.filter((name, index) => !read.includes(index) && name.trim() !== '');
    if (unread.length > 0) notice(`line ${first.line}: columns that are not read: ${showNames(unread)}`);
  }
  return {
    shape: shape?.name ?? (table.columns ? 'a table' : 'samples'),
    start,
    line,
    delimiter,
    header: traits.hasHeader ? first.text : undefined,
    columns,
    times: createTimeColumn(rules),
    rules: {
      candle,
      numbers: table.numbers ?? traits.numbers,
      absent: traits.absent && new Set(traits.absent),
    },
  };
}
