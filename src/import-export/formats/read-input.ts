import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ignoreRejection } from '../../domain/errors.ts';
import type { SampleBatch } from '../sample-batch.ts';
import { UnusableError } from '../unusable-input.ts';
import { createCsvReader } from './csv.ts';
import { createJsonListReader } from './json-list.ts';
import { createNdjsonReader } from './ndjson.ts';
import { type Reader, type ReaderNeeds, readBatches } from './reader.ts';

type Chunks = AsyncIterable<Buffer>;

const GUNZIP_CHUNK_BYTES = 2 ** 18;

const GZIP = Buffer.of(0x1f, 0x8b);

/** Binary formats by their first bytes. */
const BINARY_FORMATS: readonly [mark: Buffer, name: string][] = [
  [Buffer.of(0x50, 0x4b, 0x03, 0x04), 'a zip archive, or a spreadsheet: unpack it, or save it as CSV'],
  [Buffer.of(0x28, 0xb5, 0x2f, 0xfd), 'compressed by zstd: unpack it, or compress it by gzip'],
  [Buffer.from('BZh'), 'compressed by bzip2: unpack it, or compress it by gzip'],
  [Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a), 'compressed by xz: unpack it, or compress it by gzip'],
  [Buffer.from('7z\xbc\xaf', 'latin1'), 'a 7z archive: unpack it'],
  [Buffer.from('PAR1'), 'a Parquet file: convert it to CSV'],
  [Buffer.from('SQLite format 3\0'), 'an SQLite database: write what it holds to CSV'],
  [Buffer.of(0xd0, 0xcf, 0x11, 0xe0), 'a spreadsheet of an old Excel: save it as CSV'],
];

const UTF_8_MARK = Buffer.of(0xef, 0xbb, 0xbf);
const UTF_16_MARKS = [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)];

const HEAD_BYTES = 512;

const startsWith = (bytes: Buffer, mark: Buffer): boolean => bytes.subarray(0, mark.length).equals(mark);

/** Reads the beginning, and returns it with all chunks. An error in reading is thrown after the chunks before it. */
async function peek(chunks: Chunks): Promise<{ head: Buffer; all: Chunks; isEmpty: boolean }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let size = 0;
  let fault: unknown;
  try {
    while (size < HEAD_BYTES) {
      const { value, done } = await iterator.next();
      if (done) break;
      first.push(value);
      size += value.length;
    }
  } catch (error) {
    fault = error;
  }
  const head = Buffer.concat(first);
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      if (fault) throw fault;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all(), isEmpty: size === 0 && !fault };
}

async function* unzip(chunks: Chunks): Chunks & AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES });
  // Reading `gunzip` throws the same error.
  pipeline(Readable.from(chunks, { objectMode: false }), gunzip).catch(ignoreRejection);
  yield* gunzip;
}

async function* skipBytes(count: number, chunks: Chunks): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    yield chunk.subarray(left);
    left = 0;
  }
}

/** Whether there are control characters that text does not contain. */
function isBinary(bytes: Buffer): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}

/** Chooses the reader by the first character. */
function readerFor(text: Buffer, needs: ReaderNeeds): Reader {
  const [first] = text.toString('latin1').trimStart();
  if (first === '<') throw new UnusableError('it is a web page or XML: CSV, NDJSON or JSON is needed', 1);
  if (first === '[') return createJsonListReader(needs);
  return first === '{' ? createNdjsonReader(needs) : createCsvReader(needs);
}

/**
 * Reads CSV, NDJSON or a JSON list, perhaps gzipped. The format is detected from the content, since input from a pipe has
 * no name.
 *
 * @throws UnusableError, or what the chunks throw.
 */
export async function* readInput(
  chunks: Chunks,
  needs: ReaderNeeds,
): AsyncGenerator<SampleBatch, void, undefined> {
  const outer = await peek(chunks);
  const inner = startsWith(outer.head, GZIP) ? await peek(unzip(outer.all)) : outer;
  if (inner.isEmpty) throw new UnusableError('it is empty');
  if (UTF_16_MARKS.some((mark) => startsWith(inner.head, mark)))
    throw new UnusableError('it is UTF-16: save it as UTF-8', 1);
  const format = BINARY_FORMATS.find(([mark]) => startsWith(inner.head, mark));
  if (format) throw new UnusableError(`it is ${format[1]}`, 1);
  if (isBinary(inner.head.subarray(0, HEAD_BYTES)))
    throw new UnusableError('it is not text: CSV, NDJSON or JSON is needed, perhaps gzipped', 1);
  const mark = startsWith(inner.head, UTF_8_MARK) ? UTF_8_MARK.length : 0;
  const reader = readerFor(inner.head.subarray(mark), needs);
  yield* readBatches(skipBytes(mark, inner.all), reader);
}
