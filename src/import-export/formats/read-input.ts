import { basename } from 'node:path';
import { DamagedError } from '../compressed/damaged.ts';
import { type Chunks, compressionOf, startsWith, type UnpackLimits, unpack } from '../compressed/unpack.ts';
import { openZipped, ZIP_MARK } from '../compressed/zip-file.ts';
import type { SampleBatch } from '../sample-batch.ts';
import type { Head } from '../tables/beginning.ts';
import { recognise } from '../tables/recognise.ts';
import { createSymbolCheck } from '../tables/symbol.ts';
import { UnusableError } from '../unusable-input.ts';
import { createCsvReader } from './csv.ts';
import { recogniseJson } from './json-table.ts';
import { type Peeked, peek } from './peek.ts';
import { type Reader, type ReaderNeeds, readBatches } from './reader.ts';

/** Binary formats by their first bytes. */
const BINARY_FORMATS: readonly [mark: Buffer, name: string][] = [
  [Buffer.from('BZh'), 'compressed with bzip2: unpack it, or compress it with gzip'],
  [Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a), 'compressed with xz: unpack it, or compress it with gzip'],
  [Buffer.from('7z\xbc\xaf', 'latin1'), 'a 7z archive: unpack it'],
  [Buffer.from('SQLite format 3\0'), 'an SQLite database: write what it holds to CSV'],
  [Buffer.of(0xd0, 0xcf, 0x11, 0xe0), 'a spreadsheet in the old Excel format (.xls): save it as CSV'],
];

const PARQUET_MARK = Buffer.from('PAR1');

const UTF_8_MARK = Buffer.of(0xef, 0xbb, 0xbf);
const UTF_16_MARKS = [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)];

/** Enough for the first lines of most files. */
const HEAD_BYTES = 512;

/** Thousands of lines, which show the width of candles and the order of day and month. */
const LONGEST_HEAD_BYTES = 2 ** 20;

/** The input of an import. */
export interface InputBytes {
  readonly chunks: Chunks;
  /** The path of a file; `undefined` for standard input, which can be read only from its beginning to its end. */
  readonly path?: string | undefined;
}

/** Whether there are control characters that text does not contain. */
function isBinary(bytes: Buffer): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}

/** Chooses the reader by the first character, once the head is long enough; and where it starts. */
function readerFor(head: Head, needs: ReaderNeeds): { reader: Reader; start: number } | undefined {
  const [first] = head.bytes.toString('latin1', 0, HEAD_BYTES).trimStart();
  if (first === '<') throw new UnusableError('it is a web page or XML: CSV, NDJSON or JSON is needed', 1);
  if (first === '[' || first === '{') return recogniseJson(head, needs);
  const { table, notice, clock, name } = needs;
  const checkSymbol = createSymbolCheck(table.acceptsStablecoin, notice);
  const layout = recognise(head, { table, name, checkSymbol, notice });
  if (!layout) return undefined;
  needs.onRecognised(layout);
  return { reader: createCsvReader({ clock, checkSymbol }, layout), start: layout.start };
}

/** If the head is cut off by an error in reading, that error explains more than what the head lacks. */
function recogniseHead(head: Head, needs: ReaderNeeds, fault: unknown): ReturnType<typeof readerFor> {
  if (fault === undefined) return readerFor(head, needs);
  try {
    if (head.bytes.length > 0) return readerFor(head, needs);
  } catch {
    // The fault says why.
  }
  throw fault;
}

async function* skipBytes(count: number, chunks: Chunks): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** Reads text, whose beginning has been read. */
async function* readText(peeked: Peeked, needs: ReaderNeeds): AsyncGenerator<SampleBatch, void, undefined> {
  const mark = startsWith(peeked.head(), UTF_8_MARK) ? UTF_8_MARK.length : 0;
  for (;;) {
    const isWhole = peeked.isWhole();
    const bytes = peeked.head().subarray(mark);
    const hasEnded = isWhole || peeked.fault() !== undefined;
    const isLongest = hasEnded || bytes.length >= LONGEST_HEAD_BYTES;
    const found = recogniseHead({ bytes, isWhole, isLongest }, needs, peeked.fault());
    if (found) {
      yield* readBatches(skipBytes(mark + found.start, peeked.all()), found.reader);
      return;
    }
    if (isLongest) throw new Error('the longest head must be enough');
    await peeked.extend(Math.min(2 * bytes.length + mark, LONGEST_HEAD_BYTES + mark));
  }
}

async function* readPlain(chunks: Chunks, needs: ReaderNeeds): AsyncGenerator<SampleBatch, void, undefined> {
  const peeked = peek(chunks);
  await peeked.extend(HEAD_BYTES);
  const head = peeked.head();
  if (peeked.isWhole() && head.length === 0) throw new UnusableError('it is empty');
  if (UTF_16_MARKS.some((mark) => startsWith(head, mark)))
    throw new UnusableError('it is UTF-16: save it as UTF-8', 1);
  if (startsWith(head, ZIP_MARK))
    throw new UnusableError(
      'it is a zip archive, or a spreadsheet, inside another file: unpack it, or save it as CSV',
      1,
    );
  if (startsWith(head, PARQUET_MARK))
    throw new UnusableError(
      'it is a Parquet file inside another file, or from a pipe: give the path of the file',
      1,
    );
  const format = BINARY_FORMATS.find(([mark]) => startsWith(head, mark));
  if (format) throw new UnusableError(`it is ${format[1]}`, 1);
  if (isBinary(head.subarray(0, HEAD_BYTES)))
    throw new UnusableError('it is not text: CSV, NDJSON or JSON is needed, perhaps gzipped', 1);
  yield* readText(peeked, needs);
}

/**
 * Reads CSV, NDJSON, a JSON list or Parquet, perhaps compressed. The format is detected from the content, since input from
 * a pipe has no name.
 *
 * @throws UnusableError, or what the chunks throw.
 */
export async function* readInput(
  { chunks, path }: InputBytes,
  needs: ReaderNeeds,
  limits?: UnpackLimits,
): AsyncGenerator<SampleBatch, void, undefined> {
  try {
    const peeked = peek(chunks);
    await peeked.extend(HEAD_BYTES);
    const head = peeked.head();
    const named = { ...needs, name: path && basename(path) };
    if (startsWith(head, ZIP_MARK)) {
      if (path === undefined)
        throw new UnusableError(
          'it is a zip archive: give the path of the file, or use unzip -p FILE | … import -',
          1,
        );
      await peeked.close();
      using zipped = await openZipped(path, limits);
      yield* readPlain(zipped.chunks, { ...needs, name: basename(zipped.name) });
      return;
    }
    if (startsWith(head, PARQUET_MARK) && path !== undefined) {
      await peeked.close();
      const { readParquet } = await import('./parquet.ts');
      yield* readParquet(path, named);
      return;
    }
    const compression = compressionOf(head);
    yield* readPlain(compression ? unpack(peeked.all(), compression, limits) : peeked.all(), named);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    throw new UnusableError(error.message, 1, { cause: error.cause });
  }
}
