import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Format } from '../../domain/history.ts';
import { matchesEtag, weak } from '../caching/conditional.ts';
import { preferredEncoding } from '../caching/content-negotiation.ts';
import { payloadOf, type TaggedParts } from '../caching/parted-body.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import { ENCODINGS, type SharedBodies, type TaggedBody } from '../caching/shared-bodies.ts';
import type { Join } from '../limits/shared-work.ts';
import { LONG_CACHING, MEDIA_TYPES } from '../query.ts';

/** What the routes have whose large responses are built once for all who ask. */
export interface SharedResponseOptions {
  readonly bodies: SharedBodies;
  /** Limits the building of all these routes together. */
  readonly join: Join<TaggedBody | TaggedParts>;
  /** Changes with the samples. @throws StoreError. */
  readonly version: () => Promise<string>;
}

interface SharedResponse {
  /** What distinguishes the body from all others of its version. */
  readonly key: readonly unknown[];
  readonly pieces: (signal: AbortSignal) => AsyncIterable<string | Uint8Array>;
  /** Most pieces are kept and never change, so that the body need not be copied or kept as well, unless it is compressed. */
  readonly isMadeOfKept?: boolean;
  readonly format: Format;
  readonly vary: string;
  /** Whether only an import or a deletion can change the body. */
  readonly isClosed: boolean;
  /** The query of the next page. It names its times, so that all pages belong to one range. */
  readonly next?: Readonly<Record<string, string>> | undefined;
  /** Of a body that is no JSON. */
  readonly fileName?: string;
}

export const RANGE_PROBLEMS = {
  400: 'A parameter is invalid or given twice, or `from` is not before `to`',
  503: 'The store fails or takes too long, or there are too many requests at once',
} as const;

/** Builds a body, unless it is cached or being built, and sends it, or 304 if the client has it. */
export async function sendShared(
  request: FastifyRequest,
  reply: FastifyReply,
  { bodies, join, version }: SharedResponseOptions,
  { key, pieces, isMadeOfKept = false, format, vary, isClosed, next, fileName }: SharedResponse,
): Promise<FastifyReply> {
  const name = [await version(), format, ...key].join();
  const isParted = isMadeOfKept && (await preferredEncoding(request.headers, ENCODINGS)) === 'identity';
  const body = isParted
    ? (bodies.recallParts(name) ??
      (await join(`${name},parts`, (signal) => bodies.gatherParts(name, pieces(signal)), request.signal)))
    : (bodies.recall(name) ??
      (await join(name, (signal) => bodies.gather(name, pieces(signal)), request.signal)));
  const { etag } = body;
  reply.headers({
    ETag: weak(etag),
    Vary: vary,
    'Cache-Control': isClosed ? LONG_CACHING : SHORT_CACHING,
    // RFC 8288.
    ...(next && { Link: `<?${new URLSearchParams(next)}>; rel="next"` }),
  });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (format !== 'json') {
    reply.header('Content-Disposition', `attachment; filename="is-bitcoin-lit-${fileName}.${format}"`);
  }
  return reply.type(MEDIA_TYPES[format]).send('parts' in body ? payloadOf(body.parts) : body.bytes);
}

/** A handler that ends quietly if the client leaves while it waits. */
export const unlessLeft =
  <R extends FastifyRequest>(answer: (request: R, reply: FastifyReply) => Promise<FastifyReply>) =>
  async (request: R, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      return await answer(request, reply);
    } catch (error) {
      if (!request.signal.aborted) throw error;
      return reply.hijack();
    }
  };
