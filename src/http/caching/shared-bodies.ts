import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { allocateToFree } from '../../domain/buffer.ts';
import { createRecentlyUsed } from '../../domain/recently-used.ts';
import { etagOf, quoteHash } from './conditional.ts';
import { createPartedBodies, type PartedBodies } from './parted-body.ts';

export const ENCODINGS = ['br', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];

/** Memory for cached bodies, compressed ones included. */
const MAX_CACHE_BYTES = 16_000_000;

/** How long a body is kept after its last use. */
const MAX_UNUSED_MS = 60_000;

/** How many names of bodies are remembered. */
const MAX_NAMES = 256;

/** Each compression takes a thread, and other work needs threads too. */
const MAX_COMPRESSIONS = 2;

/**
 * Compresses in a thread and at once: a compression that stays open for as long as its reader takes costs megabytes. For a
 * history of 3,650 buckets (650 kB), both take 6 ms and leave 17 %; the default qualities take three times as long and
 * leave 16 %.
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

export interface TaggedBody {
  readonly bytes: Buffer;
  readonly etag: string;
}

interface SharedBody extends TaggedBody {
  readonly encoded: Map<Encoding, Promise<Buffer>>;
  /** Including the encoded forms. */
  sizeBytes: number;
}

export interface SharedBodies extends Pick<PartedBodies, 'gatherParts' | 'recallParts'> {
  /**
   * Collects a whole body before it is sent, so that it has an entity tag and a length, and cannot break off.
   *
   * @param name all that the bytes depend on, for `recall`.
   * @param pieces bytes, or ASCII.
   */
  gather(name: string, pieces: AsyncIterable<string | Uint8Array>): Promise<TaggedBody>;
  /** The body that was gathered by this name, if it is still cached. */
  recall(name: string): TaggedBody | undefined;
  /** The one buffer of all responses with these bytes. */
  share(payload: string | Buffer): Buffer;
  /** A shared buffer in an encoding; compressed only once. */
  encode(shared: Buffer, encoding: Encoding): Promise<Buffer>;
  /** Forgets the bodies that nobody has used for a minute. */
  dropUnused(): void;
}

/**
 * Copies parts into one buffer. A buffer for each part would count as external memory, which makes V8 collect all garbage twice as
 * often.
 *
 * @param parts bytes, or ASCII.
 */
function join(parts: readonly (string | Uint8Array)[]): Buffer {
  const bytes = allocateToFree(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    if (typeof part === 'string') bytes.write(part, end, 'latin1');
    else bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/**
 * Keeps one buffer for equal bodies, however many clients receive them.
 *
 * @param clock in milliseconds; never set back.
 */
export function createSharedBodies(clock = () => performance.now()): SharedBodies {
  /** By entity tag. */
  const cache = createRecentlyUsed<string, SharedBody>({ maxBytes: MAX_CACHE_BYTES }, clock);
  /** All bodies in use, cached or not. */
  const shared = new WeakMap<Buffer, SharedBody>();
  /** Entity tags by name, the oldest first. */
  const tags = new Map<string, string>();
  const parted = createPartedBodies(clock);
  let compressions = 0;
  const waiting: (() => void)[] = [];

  function remember(name: string, etag: string): void {
    tags.set(name, etag);
    const [oldest = ''] = tags.keys();
    if (tags.size > MAX_NAMES) tags.delete(oldest);
  }

  /** The cached body with this tag, or a new one. */
  function find(etag: string, create: () => Buffer): SharedBody {
    const cached = cache.get(etag);
    if (cached) return cached;
    const bytes = create();
    const body = shared.get(bytes) ?? { etag, bytes, encoded: new Map(), sizeBytes: bytes.length };
    shared.set(bytes, body);
    cache.set(etag, body, body.sizeBytes);
    return body;
  }

  async function compress(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
    if (compressions < MAX_COMPRESSIONS) compressions += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await compressors[encoding](bytes);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else compressions -= 1;
    }
  }

  return {
    ...parted,
    recall: (name) => cache.get(tags.get(name) ?? ''),
    async gather(name, pieces) {
      const hash = createHash('sha256');
      const parts: (string | Uint8Array)[] = [];
      for await (const piece of pieces) {
        if (typeof piece === 'string') hash.update(piece, 'latin1');
        else hash.update(piece);
        parts.push(piece);
      }
      const etag = quoteHash(hash.digest('base64url'));
      remember(name, etag);
      return find(etag, () => join(parts));
    },
    share(payload) {
      if (typeof payload !== 'string' && shared.has(payload)) return payload;
      return find(etagOf(payload), () => (typeof payload === 'string' ? Buffer.from(payload) : payload))
        .bytes;
    },
    async encode(bytes, encoding) {
      const body = shared.get(bytes);
      if (!body) throw new Error('only shared bodies can be encoded');
      const known = body.encoded.get(encoding);
      if (known) return known;
      const compressed = compress(bytes, encoding);
      body.encoded.set(encoding, compressed);
      try {
        const { length } = await compressed;
        body.sizeBytes += length;
        if (cache.has(body.etag, body)) cache.set(body.etag, body, body.sizeBytes);
      } catch (error) {
        body.encoded.delete(encoding);
        throw error;
      }
      return compressed;
    },
    dropUnused() {
      const until = clock() - MAX_UNUSED_MS;
      cache.dropUsedUntil(until);
      parted.dropUsedUntil(until);
    },
  };
}
