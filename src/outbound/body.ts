import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { OutboundError } from './fault.ts';

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/** As browsers do, a stream without its end is read as far as it goes: what is in it tells whether it is whole. */
const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH };

const [unzip, unwrap, unwrapRaw] = [promisify(gunzip), promisify(inflate), promisify(inflateRaw)];
const gzip: Decode = (bytes, options) => unzip(bytes, { ...options, ...LENIENT });
/** RFC 9110 says zlib; some servers send the bare stream. */
const deflate: Decode = (bytes, options) =>
  ((bytes[0] ?? 0) & 0x0f) === 8
    ? unwrap(bytes, { ...options, ...LENIENT })
    : unwrapRaw(bytes, { ...options, ...LENIENT });

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip,
  'x-gzip': gzip,
  deflate,
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

/** Nobody compresses more often. */
const MOST_ENCODINGS = 2;

function tooLarge(limit: number): OutboundError {
  return new OutboundError('too_large', 'too_large', `sent more than ${limit / 2 ** 20} MiB`);
}

const undecodable = (cause?: unknown): OutboundError =>
  new OutboundError('unreachable', 'bad_response', 'sent a body that cannot be decompressed', cause);

/**
 * Undoes one compression.
 *
 * @param encoding as in `Content-Encoding`: gzip, x-gzip, deflate, br or zstd.
 * @param limit of what comes out, in bytes: a small body cannot become a large one.
 * @throws OutboundError: `too_large`, or `bad_response` where it is not so compressed.
 */
export async function decompress(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (!decode) throw undecodable();
  try {
    return bytes.length === 0 ? bytes : await decode(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const isTooLarge =
      cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? tooLarge(limit) : undecodable(cause);
  }
}

/**
 * A body as it was before `Content-Encoding`, of at most so many bytes both as it comes and as it is decompressed.
 *
 * @throws OutboundError; what the stream throws.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  contentEncoding: string | null,
  limit: number,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > limit) throw tooLarge(limit);
    parts.push(part);
  }
  const encodings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
  const applied = encodings.filter((one) => one !== '' && one !== 'identity').reverse();
  if (applied.length > MOST_ENCODINGS) throw undecodable();
  let bytes: Buffer = Buffer.concat(parts);
  for (const encoding of applied) bytes = await decompress(bytes, encoding, limit);
  return bytes;
}
