import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { ignoreRejection } from '../../domain/errors.ts';
import { DamagedError } from './damaged.ts';

export type Chunks = AsyncIterable<Buffer>;

const CHUNK_BYTES = 2 ** 18;

interface Compression {
  readonly name: string;
  /** The first bytes. */
  readonly mark: Buffer;
  create(): Gunzip | ZstdDecompress;
}

const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', mark: Buffer.of(0x1f, 0x8b), create: () => createGunzip({ chunkSize: CHUNK_BYTES }) },
  {
    name: 'zstd',
    mark: Buffer.of(0x28, 0xb5, 0x2f, 0xfd),
    create: () => createZstdDecompress({ chunkSize: CHUNK_BYTES }),
  },
];

export const startsWith = (bytes: Buffer, mark: Buffer): boolean =>
  bytes.subarray(0, mark.length).equals(mark);

/** The compression of an input, by its first bytes; `undefined` if there is none. */
export const compressionOf = (head: Buffer): Compression | undefined =>
  COMPRESSIONS.find(({ mark }) => startsWith(head, mark));

/** How far data may unpack: prices in text shrink to a twentieth. */
export interface UnpackLimits {
  readonly ratio: number;
  /** Below this size, any ratio is allowed. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const UNPACK_LIMITS: UnpackLimits = { ratio: 200, freeBytes: 2 ** 26, totalBytes: 2 ** 36 };

/** Counts what is unpacked, and ends with an error beyond the limits. */
export function createUnpackGuard({ ratio, freeBytes, totalBytes }: UnpackLimits = UNPACK_LIMITS) {
  let packed = 0;
  let unpacked = 0;
  return {
    countPacked(bytes: number): void {
      packed += bytes;
    },
    packed: (): number => packed,
    /** @throws DamagedError. */
    countUnpacked(bytes: number): void {
      unpacked += bytes;
      if (unpacked <= freeBytes || (unpacked <= packed * ratio && unpacked <= totalBytes)) return;
      const size = unpacked > totalBytes ? `${totalBytes / 2 ** 30} GiB` : `${ratio} times its size`;
      throw new DamagedError(
        `it unpacks to more than ${size}, which looks like a zip bomb; if it is not one, unpack it, and import it from a pipe`,
      );
    },
  };
}

/** Unpacks one stream. @throws DamagedError, also if it unpacks to too much. */
export async function* unpack(
  chunks: Chunks,
  { name, create }: Compression,
  limits?: UnpackLimits,
): AsyncGenerator<Buffer, void, undefined> {
  const guard = createUnpackGuard(limits);
  async function* counted(): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
      guard.countPacked(chunk.length);
      yield chunk;
    }
  }
  const damaged = (cause?: unknown) =>
    new DamagedError(`the ${name} data is truncated or damaged`, { cause });
  const stream = create();
  // Reading `stream` throws the same error.
  pipeline(Readable.from(counted(), { objectMode: false }), stream).catch(ignoreRejection);
  try {
    for await (const chunk of stream) {
      guard.countUnpacked(chunk.length);
      yield chunk;
    }
    // The library ignores what follows and is no frame, such as a damaged one. Tapes pad gzip with zeros.
    if (name === 'zstd' && stream.bytesWritten < guard.packed()) throw damaged();
  } catch (error) {
    const isDamage = error instanceof Error && 'code' in error && /^(Z|ZSTD)_/.test(String(error.code));
    if (!isDamage) throw error;
    throw damaged(error);
  }
}
