import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { etagOf } from './conditional.ts';

export const ENCODINGS = ['br', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];

/** Memory for bodies that may be asked for again, compressed ones included. Bytes. */
const MOST_KEPT = 16_000_000;

/** A scratch buffer's size at first. Bytes. */
const SCRATCH = 65_536;

/** Of a scratch buffer that is kept for the next body. Bytes. */
const MOST_SCRATCH = 4_000_000;

/** Compressions at a time: each takes a thread, and other work needs threads too. */
const MOST_COMPRESSIONS = 2;

/**
 * In a thread, and in one go: a compression that is open for as long as its reader takes costs megabytes. Of a history
 * with 3,650 buckets (650 kB) both take 6 ms and leave 17 %; the usual qualities take three times as long, and leave 16 %.
 */
const compressors: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 3,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 4 }),
};

/** A whole body with the hash of its bytes as an entity tag. */
export interface TaggedBody {
  readonly bytes: Buffer;
  readonly etag: string;
}

interface SharedBody extends TaggedBody {
  readonly encoded: Map<Encoding, Promise<Buffer>>;
  /** Memory of all its forms. Bytes. */
  size: number;
}

export interface SharedBodies {
  /**
   * Collects a long body before its first byte leaves: so it has a tag, a length, and no torn end.
   *
   * @param texts of ASCII.
   */
  gather(texts: AsyncIterable<string>): Promise<TaggedBody>;
  /** The buffer that all answers with these bytes share. */
  share(payload: string | Buffer): Buffer;
  /** A shared buffer in an encoding; it is compressed once, however often it is asked for. */
  encode(shared: Buffer, encoding: Encoding): Promise<Buffer>;
}

/** Bodies by their content: equal ones are one buffer, whatever number of clients are to get it. */
export function createSharedBodies(): SharedBodies {
  /** The one used last is at the end. */
  const kept = new Map<string, SharedBody>();
  /** Those that are used somewhere, whether they are kept here or not. */
  const shared = new WeakMap<Buffer, SharedBody>();
  let size = 0;
  let running = 0;
  const queue: (() => void)[] = [];
  const scratches: Buffer[] = [];

  function keep(body: SharedBody): void {
    kept.delete(body.etag);
    kept.set(body.etag, body);
    for (const [etag, oldest] of kept) {
      if (size <= MOST_KEPT) return;
      kept.delete(etag);
      size -= oldest.size;
    }
  }

  /** The kept body with this tag; where there is none, one of the bytes that `copy` gives. */
  function find(etag: string, copy: () => Buffer): SharedBody {
    const known = kept.get(etag);
    if (known) {
      keep(known);
      return known;
    }
    const bytes = copy();
    const body = shared.get(bytes) ?? { etag, bytes, encoded: new Map(), size: bytes.length };
    shared.set(bytes, body);
    size += body.size;
    keep(body);
    return body;
  }

  /** A body that is made again is mostly one that is kept: so it is not copied before its tag is known. */
  async function gather(texts: AsyncIterable<string>): Promise<TaggedBody> {
    const hash = createHash('sha256');
    let scratch = scratches.pop() ?? Buffer.allocUnsafe(SCRATCH);
    let length = 0;
    for await (const text of texts) {
      if (scratch.length < length + text.length) {
        const larger = Buffer.allocUnsafe(2 * (length + text.length));
        scratch.copy(larger, 0, 0, length);
        scratch = larger;
      }
      scratch.write(text, length, 'latin1');
      hash.update(scratch.subarray(length, length + text.length));
      length += text.length;
    }
    const body = find(`"${hash.digest('base64url').slice(0, 22)}"`, () =>
      Buffer.from(scratch.subarray(0, length)),
    );
    if (scratch.length <= MOST_SCRATCH && scratches.length < 2) scratches.push(scratch);
    return body;
  }

  async function compress(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
    if (running < MOST_COMPRESSIONS) running += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await compressors[encoding](bytes);
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    gather,
    share(payload) {
      if (typeof payload !== 'string' && shared.has(payload)) return payload;
      return find(etagOf(payload), () => (typeof payload === 'string' ? Buffer.from(payload) : payload))
        .bytes;
    },
    async encode(bytes, encoding) {
      const body = shared.get(bytes);
      if (!body) throw new Error('a body is encoded that is not shared');
      const known = body.encoded.get(encoding);
      if (known) return known;
      const compressed = compress(bytes, encoding);
      body.encoded.set(encoding, compressed);
      try {
        const { length } = await compressed;
        body.size += length;
        if (kept.get(body.etag) === body) size += length;
      } catch (error) {
        body.encoded.delete(encoding);
        throw error;
      }
      return compressed;
    },
  };
}
