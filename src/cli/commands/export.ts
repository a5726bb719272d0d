import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openToCopy } from '../../bootstrap/open-store.ts';
import { readConfig } from '../../config/config.ts';
import { messagesOf, StoreError } from '../../domain/errors.ts';
import { WIDTHS, type WidthName, widen } from '../../domain/time/bucket-width.ts';
import { formatTime, HOUR } from '../../domain/time/time.ts';
import type { Moment } from '../../domain/time/time-expression.ts';
import {
  bucketRows,
  type RowFormat,
  type Rows,
  sampleRows,
  verdictRows,
} from '../../import-export/export-rows.ts';
import { endedHours, judgedHourLists } from '../../service/past/judged-hours.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import type { Options } from '../command.ts';
import { OUTPUT_FAILED, TRY_AGAIN } from '../exit-codes.ts';
import { printError, UsageError } from '../output.ts';
import { rangeBetween, readTime } from '../time-options.ts';

/** Later than every sample, in epoch milliseconds. */
const END = Date.UTC(9998, 0, 1);

interface ExportOptions {
  readonly from: Moment;
  readonly to: Moment;
  readonly what: 'samples' | 'verdicts' | WidthName;
  readonly format: RowFormat;
  readonly forSpreadsheet: boolean;
}

/** The parser has checked the names of width and format. */
function readOptions({ from, to, bucket, verdicts, format, spreadsheet = false }: Options): ExportOptions {
  const now = Date.now();
  if (bucket !== 'raw' && verdicts) throw new UsageError('--bucket and --verdicts cannot be combined');
  if (spreadsheet && format !== 'csv') throw new UsageError('--spreadsheet requires --format csv');
  if (format === 'parquet' && process.stdout.isTTY)
    throw new UsageError('Parquet cannot be written to a terminal: add > FILE');
  return {
    from: readTime('from', String(from), now),
    to: to === undefined ? END : readTime('to', String(to), now),
    what: verdicts ? 'verdicts' : bucket === 'raw' ? 'samples' : (bucket as WidthName),
    format: format as RowFormat,
    forSpreadsheet: spreadsheet === true,
  };
}

async function* contentOf<T>(
  { head, rows, end }: Rows<T>,
  slices: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
): AsyncGenerator<string | Uint8Array> {
  if (head) yield head;
  for await (const slice of slices) {
    const piece = rows(slice);
    if (piece.length > 0) yield piece;
  }
  const last = end();
  if (last.length > 0) yield last;
}

/** Says what samples are missing, and refuses averages that would need them. */
async function assertComplete(store: SampleStore, from: number, what: ExportOptions['what']): Promise<void> {
  const rawSince = await store.rawSince();
  if (rawSince === undefined || from >= rawSince || what === 'verdicts') return;
  const missing = `the samples before ${formatTime(rawSince)} were deleted (RETENTION)`;
  if (what === 'samples') printError(`${missing}: use --bucket 1h for their averages`);
  else if (WIDTHS[what] < HOUR)
    throw new UsageError(`${missing}: the finest --bucket is 1h; or use --from ${formatTime(rawSince)}`);
}

async function contentFrom(store: SampleStore | undefined, options: ExportOptions) {
  const { from, to, what, format, forSpreadsheet } = options;
  const range = store && (await rangeBetween(from, to, store));
  if (range) await assertComplete(store, range.from, what);
  if (what === 'verdicts') {
    const hours = range ? judgedHourLists(store, endedHours(range, Date.now())) : [];
    return contentOf(await verdictRows(format, forSpreadsheet), hours);
  }
  if (what === 'samples')
    return contentOf(await sampleRows(format, forSpreadsheet), range ? store.range(range) : []);
  const width = WIDTHS[what];
  return contentOf(
    await bucketRows(format, forSpreadsheet),
    range ? store.buckets(widen(range, width), width) : [],
  );
}

/** A closed pipe is not an error, as with `head`. A full disk is, since the output is incomplete. */
function endAfter(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE' || error.code === 'ECONNRESET') process.exit(0);
  printError(`cannot write the output: ${error.message}`);
  process.exit(OUTPUT_FAILED);
}

export async function run(options: Options): Promise<number> {
  const exportOptions = readOptions(options);
  process.stdout.removeAllListeners('error').on('error', endAfter);
  await using stack = new AsyncDisposableStack();
  const opened = await openToCopy(readConfig());
  if (opened) stack.use(opened.store);
  else printError('the store holds no samples');
  try {
    const content = Readable.from(await contentFrom(opened?.store, exportOptions));
    await pipeline(content, process.stdout, { end: false });
    return 0;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    printError(messagesOf(error));
    return TRY_AGAIN;
  }
}
