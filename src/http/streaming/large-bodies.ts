import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { weak } from '../caching/conditional.ts';
import { preferredEncoding } from '../caching/content-negotiation.ts';
import { PartedBody, PIECE_BYTES } from '../caching/parted-body.ts';
import { ENCODINGS, type SharedBodies } from '../caching/shared-bodies.ts';
import { clientNetwork } from '../clients/network.ts';
import type { CountLongResponse } from '../limits/connections.ts';
import type { FairQueue } from '../limits/fair-queue.ts';
import { limitUnsentBytes } from '../limits/unsent-bytes.ts';

/** Smaller bodies are neither compressed nor counted. */
const MIN_LARGE_BYTES = 1024;

/** For all unsent responses, and the connections that wait for them. */
const MAX_UNSENT_BYTES = 40_000_000;

/** How often unused bodies are dropped. */
const DROP_INTERVAL_MS = 5000;

const COMPRESSIBLE = /^text\/|[/+](json|x-ndjson|javascript|xml)\b/;

function varyByEncoding(reply: FastifyReply): void {
  const vary = reply.getHeader('vary');
  if (vary === undefined) reply.header('Vary', 'Accept-Encoding');
  else if (!/accept-encoding/i.test(String(vary))) reply.header('Vary', `${vary}, Accept-Encoding`);
}

/**
 * Sends the large bodies of this scope. A body is compressed once, and all its readers share its bytes. A few responses
 * start in each turn of the event loop. Unsent bytes are limited. A route may set `Content-Encoding` if its body is encoded
 * already.
 */
export function sendLargeBodies(
  app: FastifyInstance,
  options: { bodies: SharedBodies; countLongResponse: CountLongResponse; queue: FairQueue },
): void {
  const { bodies, countLongResponse, queue } = options;
  const countUnsent = limitUnsentBytes(MAX_UNSENT_BYTES);
  const dropTimer = setInterval(bodies.dropUnused, DROP_INTERVAL_MS).unref();
  app.addHook('onClose', async () => clearInterval(dropTimer));

  async function encode(request: FastifyRequest, reply: FastifyReply, shared: Buffer): Promise<Buffer> {
    if (reply.hasHeader('content-encoding')) return shared;
    if (!COMPRESSIBLE.test(String(reply.getHeader('content-type')))) return shared;
    varyByEncoding(reply);
    const encoding = await preferredEncoding(request.headers, ENCODINGS);
    if (encoding === 'identity') return shared;
    const bytes = await bodies.encode(shared, encoding);
    const etag = reply.getHeader('etag');
    if (etag !== undefined) reply.header('ETag', weak(String(etag)));
    reply.header('Content-Encoding', encoding);
    return bytes;
  }

  app.addHook('onSend', async (request, reply, payload) => {
    const isParted = payload instanceof PartedBody;
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload) && !isParted) return payload;
    if (reply.statusCode !== 200 || payload.length < MIN_LARGE_BYTES) return payload;
    const body = isParted ? payload : await encode(request, reply, bodies.share(payload));
    reply.header('Content-Length', body.length);
    if (request.method === 'HEAD') return body;
    const network = clientNetwork(request);
    // A write copies up to a megabyte into the system's buffers, which takes milliseconds, and all readers of a shared
    // history get here at the same time.
    await queue.admit(network);
    if (reply.raw.destroyed) return body;
    try {
      const counted = countLongResponse(request, reply.raw);
      if (counted) await counted;
    } catch (error) {
      for (const name of ['etag', 'cache-control', 'content-encoding', 'content-disposition'])
        reply.removeHeader(name);
      throw error;
    }
    countUnsent(reply.raw, network, body instanceof PartedBody ? body.parts : [body]);
    return body instanceof PartedBody || body.length <= PIECE_BYTES ? body : new PartedBody([body]);
  });
}
