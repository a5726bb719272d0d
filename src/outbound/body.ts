import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { OutboundError } from './fault.ts';

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Accepts a truncated stream, as browsers do: its content shows whether it is complete. */
const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH };

const [unzip, unwrap, unwrapRaw] = [promisify(gunzip), promisify(inflate), promisify(inflateRaw)];
const gzip: Decode = (bytes, options) => unzip(bytes, { ...options, ...LENIENT });
/** RFC 9110 requires the zlib format, but some servers send the raw stream. */
const deflate: Decode = (bytes, options) => {
  const isZlib = ((bytes[0] ?? 0) & 0x0f) === 8;
  return (isZlib ? unwrap : unwrapRaw)(bytes, { ...options, ...LENIENT });
};

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip,
  'x-gzip': gzip,
  deflate,
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

const MAX_ENCODINGS = 2;

function tooLarge(limitBytes: number): OutboundError {
  return new OutboundError('too_large', 'too_large', `sent more than ${limitBytes / 2 ** 20} MiB`);
}

const undecodable = (cause?: unknown): OutboundError =>
  new OutboundError('unreachable', 'bad_response', 'sent a body that cannot be decompressed', cause);

/**
 * Decompresses once.
 *
 * @param encoding as in `Content-Encoding`: gzip, x-gzip, deflate, br or zstd.
 * @param limitBytes of the output, since a small body can become a large one.
 * @throws OutboundError `too_large`, or `bad_response` if the bytes are not compressed this way.
 */
export async function decompress(bytes: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (!decode) throw undecodable();
  try {
    return bytes.length === 0 ? bytes : await decode(bytes, { maxOutputLength: limitBytes });
  } catch (cause) {
    const isTooLarge =
      cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? tooLarge(limitBytes) : undecodable(cause);
  }
}

/**
 * Reads and decompresses a body. The limit applies to the compressed and the decompressed bytes.
 *
 * @throws OutboundError; the errors of the stream.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  contentEncoding: string | null,
  limitBytes: number,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > limitBytes) throw tooLarge(limitBytes);
    parts.push(part);
  }
  const encodings = (contentEncoding ?? '').toLowerCase().split(',');
  const applied = encodings.map((one) => one.trim()).filter((one) => one !== '' && one !== 'identity');
  if (applied.length > MAX_ENCODINGS) throw undecodable();
  let bytes: Buffer = Buffer.concat(parts);
  for (const encoding of applied.reverse()) bytes = await decompress(bytes, encoding, limitBytes);
  return bytes;
}
