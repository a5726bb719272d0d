// What files of other shapes cost, side by side in one run: the import of one-minute candles as Kraken and Binance write
// them against the plain format, and the export of Parquet against CSV and its gzip. With `--parts exports,readers`, DuckDB
// and pandas also compare the two exports sample by sample (`npm run python-tools`). Wants 3 GB of disk for ten years, and
// the readers 4 GB of memory.
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { PYTHON_TOOLS } from '../scripts/python-tools.ts';
import { runCommand } from './support/commands.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const options = {
  years: { type: 'string', default: '10' },
  /** The best of so many runs counts, since other programs disturb a run. */
  rounds: { type: 'string', default: '2' },
  parts: { type: 'string', default: 'imports,exports' },
} as const;
const { years, rounds, parts } = parseArgs({ options }).values;

const MINUTE = 60_000;
const DAY = 86_400_000;
const MINUTES = Math.round((Number(years) * 365.25 * DAY) / MINUTE);
const END = Math.floor(Date.now() / DAY) * DAY;
const START = END - MINUTES * MINUTE;

const LEAST_RATIO = 0.7;
const MOST_MEMORY = 250;

interface Tick {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly price: number;
  readonly sentiment: number;
}

/** A random walk in cents, the same in each run, which does not repeat as a formula would. */
function* ticks(count: number, interval: number): Generator<Tick> {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let cents = 3_000_000;
  for (let index = 0; index < count; index += 1) {
    cents = Math.max(100_000, Math.round(cents * (1 + (random() - 0.5) / 500)));
    yield {
      time: START + index * interval,
      price: cents / 100,
      sentiment: Math.round((random() - 0.5) * 2000) / 1000,
    };
  }
}

type Line = (tick: Tick) => string;

const prices = (price: number) =>
  `${price},${(price * 1.001).toFixed(2)},${(price * 0.999).toFixed(2)},${price}`;

const SHAPES: Readonly<Record<string, { head: string; line: Line }>> = {
  plain: {
    head: 'time,price,sentiment\n',
    line: ({ time, price }) => `${new Date(time + MINUTE - 1).toISOString()},${price},\n`,
  },
  Kraken: {
    head: '',
    line: ({ time, price }) => `${time / 1000},${prices(price)},${(price / 7919).toFixed(8)},${time % 97}\n`,
  },
  Binance: {
    head: '',
    line: ({ time, price }) =>
      `${time},${prices(price)},${(price / 7919).toFixed(5)},${time + MINUTE - 1},${price.toFixed(8)},${time % 997},${(price / 9973).toFixed(5)},${(price / 3).toFixed(8)},0\n`,
  },
};

async function write(path: string, head: string, all: Iterable<Tick>, line: Line): Promise<string> {
  function* parts(): Generator<string> {
    let text = head;
    for (const tick of all) {
      text += line(tick);
      if (text.length < 2 ** 18) continue;
      yield text;
      text = '';
    }
    yield text;
  }
  await pipeline(Readable.from(parts()), createWriteStream(path));
  return path;
}

async function gzipBytes(path: string): Promise<number> {
  let bytes = 0;
  const count = new Writable({
    write(chunk, _encoding, done) {
      bytes += chunk.length;
      done();
    },
  });
  await pipeline(createReadStream(path), createGzip(), count);
  return bytes;
}

const verdict = (isMet: boolean) => (isMet ? 'met' : 'missed');
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

async function compareImports(folder: string): Promise<void> {
  const files = new Map<string, string>();
  for (const [name, { head, line }] of Object.entries(SHAPES))
    files.set(name, await write(join(folder, `${name}.csv`), head, ticks(MINUTES, MINUTE), line));
  const best = new Map<string, { perSecond: number; processor: number; memory: number }>();
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const [name, file] of files) {
      const { output, seconds, processorSeconds, memory } = await runCommand(['import', file, '--json'], {
        DATA_DIR: join(folder, `${name}-${round}`),
      });
      if (JSON.parse(output).added !== MINUTES) throw new Error(`${name}: ${output}`);
      const before = best.get(name);
      best.set(name, {
        perSecond: Math.max(before?.perSecond ?? 0, MINUTES / seconds),
        processor: Math.min(before?.processor ?? processorSeconds, processorSeconds),
        memory: Math.max(before?.memory ?? 0, memory),
      });
    }
  }
  const plain = best.get('plain');
  printTable(`Import of ${MINUTES.toLocaleString('en')} one-minute candles into SQLite`, [
    [
      '',
      'file',
      'samples',
      `ratio, at least ${LEAST_RATIO}`,
      'ratio of processor time',
      `memory, at most ${MOST_MEMORY} MB`,
    ],
    ...[...best].map(([name, { perSecond, processor, memory }]) => {
      const ratio = perSecond / (plain?.perSecond ?? 0);
      return [
        name,
        megabytes(statSync(files.get(name) ?? '').size),
        `${Math.round(perSecond).toLocaleString('en')}/s`,
        `${ratio.toFixed(2)} ${verdict(ratio >= LEAST_RATIO)}`,
        `${((plain?.processor ?? 0) / processor).toFixed(2)} (${processor.toFixed(1)} s)`,
        `${Math.round(memory)} MB ${verdict(memory < MOST_MEMORY)}`,
      ];
    }),
  ]);
}

async function compareExports(folder: string): Promise<void> {
  const count = MINUTES * 2;
  const settings = { DATA_DIR: join(folder, 'exported') };
  const line: Line = ({ time, price, sentiment }) => `${time},${price},${sentiment}\n`;
  const file = await write(
    join(folder, 'both.csv'),
    'time,price,sentiment\n',
    ticks(count, MINUTE / 2),
    line,
  );
  await runCommand(['import', file], settings);
  const best = new Map<string, { seconds: number; processor: number; memory: number }>();
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const format of ['csv', 'parquet', 'ndjson']) {
      const { seconds, processorSeconds, memory } = await runCommand(
        ['export', '--format', format],
        settings,
        join(folder, format),
      );
      const before = best.get(format);
      best.set(format, {
        seconds: Math.min(before?.seconds ?? seconds, seconds),
        processor: Math.min(before?.processor ?? processorSeconds, processorSeconds),
        memory: Math.max(before?.memory ?? 0, memory),
      });
    }
  }
  const packed = await gzipBytes(join(folder, 'csv'));
  const csv = best.get('csv');
  printTable(
    `Export of ${count.toLocaleString('en')} samples from SQLite; the CSV takes ${megabytes(packed)} as gzip`,
    [
      ['', 'time', 'speed to CSV', 'of processor time', 'size', 'size to the gzip of CSV', 'memory'],
      ...[...best].map(([format, { seconds, processor, memory }]) => {
        const { size } = statSync(join(folder, format));
        const [speed, part] = [(csv?.seconds ?? 0) / seconds, size / packed];
        const isParquet = format === 'parquet';
        return [
          format,
          `${seconds.toFixed(1)} s`,
          `${speed.toFixed(2)}${isParquet ? ` ${verdict(speed >= 1)}` : ''}`,
          `${((csv?.processor ?? 0) / processor).toFixed(2)} (${processor.toFixed(1)} s)`,
          megabytes(size),
          `${part.toFixed(2)}${isParquet ? ` ${verdict(part < 1)}` : ''}`,
          `${Math.round(memory)} MB`,
        ];
      }),
    ],
  );
}

/** What DuckDB and pandas say of the two exports. */
async function compareReaders(folder: string): Promise<void> {
  const program = fileURLToPath(new URL('support/compare-readers.py', import.meta.url));
  const env = { ...process.env, PYTHONPATH: PYTHON_TOOLS };
  const files = [join(folder, 'csv'), join(folder, 'parquet')];
  const { stdout } = await promisify(execFile)('python3', [program, ...files], { env });
  console.log(stdout);
}

using folder = temporaryFolder();
if (parts.includes('imports')) await compareImports(folder.path);
if (parts.includes('exports')) await compareExports(folder.path);
if (parts.includes('readers')) await compareReaders(folder.path);
