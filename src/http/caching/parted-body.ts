import { createHash, hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createRecentlyUsed } from '../../domain/recently-used.ts';
import { quoteHash } from './conditional.ts';

/** Bodies are written in pieces of this size, so that the read rate of the client can be measured. */
export const PIECE_BYTES = 65_536;

export const lengthOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);

/** Views of the parts, each read after the one before has been sent. */
function* piecesOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) yield part.subarray(at, at + PIECE_BYTES);
  }
}

/**
 * A body whose parts are also in other bodies. It is not copied: megabytes of external memory for each request would make V8
 * collect all garbage several times a second.
 */
export class PartedBody extends Readable {
  readonly parts: readonly Uint8Array[];
  readonly #pieces: Generator<Uint8Array>;

  constructor(parts: readonly Uint8Array[]) {
    super({ objectMode: true, highWaterMark: 1 });
    this.parts = parts;
    this.#pieces = piecesOf(parts);
  }

  get length(): number {
    return lengthOf(this.parts);
  }

  override _read(): void {
    this.push(this.#pieces.next().value ?? null);
  }
}

export const payloadOf = (parts: readonly Uint8Array[]): Buffer | PartedBody =>
  lengthOf(parts) > PIECE_BYTES ? new PartedBody(parts) : Buffer.concat(parts);

/** How many bodies of parts are kept, and their bytes. Most parts are kept anyway. */
const MAX_BODIES = 64;
const MAX_CACHE_BYTES = 4_000_000;

export interface TaggedParts {
  readonly parts: readonly Uint8Array[];
  readonly etag: string;
}

/** Of parts that are in several bodies, and of the others as long as their bodies exist. */
const digests = new WeakMap<Uint8Array, string>();

function digestOf(part: Uint8Array): string {
  const known = digests.get(part);
  if (known !== undefined) return known;
  const digest = hash('sha256', part, 'base64url');
  digests.set(part, digest);
  return digest;
}

/**
 * Collects a whole body before it is sent. Its tag is made of the parts' hashes, since most parts were hashed before.
 *
 * @param pieces bytes that do not change, or ASCII.
 */
async function collectParts(pieces: AsyncIterable<string | Uint8Array>): Promise<TaggedParts> {
  const tag = createHash('sha256');
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) {
    const part = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
    tag.update(digestOf(part), 'latin1');
    parts.push(part);
  }
  return { parts, etag: quoteHash(tag.digest('base64url')) };
}

export interface PartedBodies {
  /**
   * Collects a whole body without copying its parts.
   *
   * @param name all that the bytes depend on, for `recallParts`.
   * @param pieces bytes that do not change, or ASCII.
   */
  gatherParts(name: string, pieces: AsyncIterable<string | Uint8Array>): Promise<TaggedParts>;
  /** The parts that were gathered by this name, if they are still cached. */
  recallParts(name: string): TaggedParts | undefined;
  /** Forgets the bodies that were last used at this time or before. */
  dropUsedUntil(time: number): void;
}

/** @param clock in milliseconds; never set back. */
export function createPartedBodies(clock: () => number): PartedBodies {
  const limits = { maxBytes: MAX_CACHE_BYTES, maxEntries: MAX_BODIES };
  const cache = createRecentlyUsed<string, TaggedParts>(limits, clock);
  return {
    async gatherParts(name, pieces) {
      const body = await collectParts(pieces);
      cache.set(name, body, lengthOf(body.parts));
      return body;
    },
    recallParts: cache.get,
    dropUsedUntil: cache.dropUsedUntil,
  };
}
