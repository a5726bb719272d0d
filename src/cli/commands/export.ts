import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openToCopy } from '../../bootstrap/open-store.ts';
import { readConfig } from '../../config/config.ts';
import { messagesOf, StoreError } from '../../domain/errors.ts';
import { WIDTHS, type WidthName, widen } from '../../domain/time/bucket-width.ts';
import type { Moment } from '../../domain/time/time-expression.ts';
import { bucketRows, type RowFormat, type Rows, sampleRows } from '../../import-export/export-rows.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import type { Options } from '../command.ts';
import { OUTPUT_FAILED, TRY_AGAIN } from '../exit-codes.ts';
import { printError } from '../output.ts';
import { rangeBetween, readTime } from '../time-options.ts';

/** Later than every sample, in epoch milliseconds. */
const END = Date.UTC(9998, 0, 1);

interface ExportOptions {
  readonly from: Moment;
  readonly to: Moment;
  /** `undefined` for samples. */
  readonly bucket: WidthName | undefined;
  readonly format: RowFormat;
}

/** The parser has checked the names of width and format. */
function readOptions({ from, to, bucket, format }: Options): ExportOptions {
  const now = Date.now();
  return {
    from: readTime('from', String(from), now),
    to: to === undefined ? END : readTime('to', String(to), now),
    bucket: bucket === 'raw' ? undefined : (bucket as WidthName),
    format: format as RowFormat,
  };
}

async function* textOf<T>(
  { head, rows }: Rows<T>,
  slices: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
): AsyncGenerator<string> {
  if (head) yield head;
  for await (const slice of slices) if (slice.length > 0) yield rows(slice);
}

async function textFrom(store: SampleStore | undefined, { from, to, bucket, format }: ExportOptions) {
  const range = store && (await rangeBetween(from, to, store));
  if (bucket === undefined) return textOf(sampleRows(format), range ? store.range(range) : []);
  const width = WIDTHS[bucket];
  return textOf(bucketRows(format), range ? store.buckets(widen(range, width), width) : []);
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
    const text = Readable.from(await textFrom(opened?.store, exportOptions));
    await pipeline(text, process.stdout, { end: false });
    return 0;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    printError(messagesOf(error));
    return TRY_AGAIN;
  }
}
