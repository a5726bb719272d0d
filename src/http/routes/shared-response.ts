import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesEtag, weak } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import type { SharedBodies, TaggedBody } from '../caching/shared-bodies.ts';
import type { Join } from '../limits/shared-work.ts';
import { LONG_CACHING } from '../query.ts';

/** What the routes have whose large responses are built once for all who ask. */
export interface SharedResponseOptions {
  readonly bodies: SharedBodies;
  /** Limits the building of all these routes together. */
  readonly join: Join<TaggedBody>;
  /** Changes whenever this process learns of a change. */
  readonly version: () => number;
}

export const RANGE_PROBLEMS = {
  400: 'A parameter is invalid or given twice, or `from` is not before `to`',
  503: 'The store fails or takes too long, or there are too many requests at once',
} as const;

/** The header `Link` to the next page (RFC 8288). Its query names its times, so that all pages belong to one range. */
export const nextLink = (query: Readonly<Record<string, string>>): { Link: string } => ({
  Link: `<?${new URLSearchParams(query)}>; rel="next"`,
});

/**
 * Sends a body, or 304 if the client has it.
 *
 * @param isClosed whether only an import or a deletion can change the body.
 * @param headers `Content-Type`, and those that only this route has.
 * @param fileName of a body to be saved.
 */
export function sendShared(
  request: FastifyRequest,
  reply: FastifyReply,
  body: TaggedBody,
  {
    isClosed,
    type,
    vary,
    link,
    fileName,
  }: {
    isClosed: boolean;
    type: string;
    vary: string;
    link?: { Link: string } | undefined;
    fileName?: string | undefined;
  },
): FastifyReply {
  reply.headers({
    ETag: weak(body.etag),
    Vary: vary,
    'Cache-Control': isClosed ? LONG_CACHING : SHORT_CACHING,
    ...link,
  });
  if (matchesEtag(request.headers['if-none-match'], body.etag)) return reply.code(304).send();
  if (fileName) reply.header('Content-Disposition', `attachment; filename="is-bitcoin-lit-${fileName}"`);
  return reply.type(type).send(body.bytes);
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
