import type { EpochUnit } from '../../domain/time/epoch-unit.ts';
import { openZone, type Zone } from '../../domain/time/zone.ts';
import type { ColumnNames, TableOptions } from '../../import-export/tables/table-options.ts';
import { MAX_WIDTH, parseWidth, widthText } from '../../import-export/tables/width.ts';
import { compilePattern } from '../../import-export/times/pattern.ts';
import type { TimeFormat } from '../../import-export/times/time-column.ts';
import type { Options } from '../command.ts';
import { UsageError } from '../output.ts';

const COLUMNS_FORM = 'time=NAME,price=NAME, with sentiment=NAME if there is one';

const KINDS = ['time', 'price', 'sentiment'];

function readColumns(text: string, hasHeader: boolean): ColumnNames {
  const named = new Map<string, string>();
  for (const part of text.split(/,(?=(?:time|price|sentiment)=)/)) {
    const [kind = '', ...rest] = part.split('=');
    const name = rest.join('=').trim();
    if (!KINDS.includes(kind) || name === '') throw new UsageError(`--columns must be ${COLUMNS_FORM}`);
    if (named.has(kind)) throw new UsageError(`--columns names ${kind} twice`);
    if ([...named.values()].includes(name)) throw new UsageError(`--columns names the column ${name} twice`);
    if (!hasHeader && !/^[1-9]\d{0,2}$/.test(name))
      throw new UsageError('with --no-header, --columns requires numbers from 1, such as time=1,price=5');
    named.set(kind, name);
  }
  const time = named.get('time');
  if (time === undefined || named.size < 2) throw new UsageError(`--columns must be ${COLUMNS_FORM}`);
  return { time, price: named.get('price'), sentiment: named.get('sentiment') };
}

function readDelimiter(text: string): string {
  const delimiter = text === '\\t' || text === 'tab' ? '\t' : text;
  if (/^[\t!-~ ]$/.test(delimiter) && !/^["'\w.#+-]$/.test(delimiter)) return delimiter;
  throw new UsageError("--delimiter must be one character, such as ';' or tab");
}

function readDecimal(text: string): TableOptions['numbers'] {
  if (text === ',') return { decimal: ',', thousands: '.' };
  return { decimal: '.', thousands: ',' };
}

const UNITS: Readonly<Record<string, EpochUnit>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};

function readTimeFormat(name: string): TimeFormat {
  const form = UNITS[name] ?? compilePattern(name);
  if (form) return { name, form };
  throw new UsageError(
    "--time-format must be s, ms, us, ns, or a pattern with year, month and day once each, such as '%d.%m.%Y %H:%M' (of %Y %y %m %b %d %H %I %p %M %S %f %z)",
  );
}

function readZone(name: string): Zone {
  try {
    return openZone(name);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError('--zone must be an IANA time zone, such as Europe/Berlin, or UTC');
  }
}

function readWidth(text: string): number {
  const width = parseWidth(text);
  if (width !== undefined) return width;
  throw new UsageError(
    `--width must be a number and a unit of s, m, h, d or w, such as 1m, and at most ${widthText(MAX_WIDTH)}`,
  );
}

/** @throws UsageError. */
export function readTableOptions(options: Options): TableOptions {
  function read<T>(name: string, parse: (text: string) => T): T | undefined {
    const text = options[name];
    return typeof text === 'string' ? parse(text) : undefined;
  }
  const hasHeader = !options['no-header'];
  const columns = read('columns', (text) => readColumns(text, hasHeader));
  if (!hasHeader && !columns)
    throw new UsageError('--no-header requires --columns with numbers, such as time=1,price=5');
  const delimiter = read('delimiter', readDelimiter);
  const numbers = read('decimal', readDecimal);
  return {
    columns,
    hasHeader,
    delimiter,
    numbers,
    times: { format: read('time-format', readTimeFormat), zone: read('zone', readZone) },
    width: read('width', readWidth),
    acceptsStablecoin: options['accept-stablecoin'] === true,
  };
}
