import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { weak } from '../caching/conditional.ts';
import { preferredEncoding } from '../caching/content-negotiation.ts';
import { ENCODINGS, type SharedBodies } from '../caching/shared-bodies.ts';
import { clientNetwork } from '../clients/network.ts';
import type { ConnectionLimits } from '../limits/connections.ts';
import type { FairQueue } from '../limits/fair-queue.ts';
import { limitUnsentBytes } from '../limits/unsent-bytes.ts';

/** From here on an answer is compressed and counted. Bytes. */
const LARGE = 1024;

/** Longer bodies are written in pieces of this size, so that it shows how fast a client takes them. Bytes. */
const PIECE = 65_536;

/** For all answers that their clients have yet to take, and for the connections that wait for them. Bytes. */
const MAX_UNSENT_BYTES = 40_000_000;

const COMPRESSIBLE = /^text\/|[/+](json|javascript|xml)\b/;

/** Views of the one buffer, each when the one before has left. */
function inPieces(bytes: Buffer): Readable {
  let offset = 0;
  return new Readable({
    highWaterMark: PIECE,
    read() {
      if (offset >= bytes.length) {
        this.push(null);
        return;
      }
      this.push(bytes.subarray(offset, offset + PIECE));
      offset += PIECE;
    },
  });
}

function varyByEncoding(reply: FastifyReply): void {
  const vary = reply.getHeader('vary');
  if (vary === undefined) reply.header('Vary', 'Accept-Encoding');
  else if (!/accept-encoding/i.test(String(vary))) reply.header('Vary', `${vary}, Accept-Encoding`);
}

/**
 * Sends every large answer of this scope from bytes that all its readers share, compressed once, a few in each turn of the
 * event loop, and within one bound on what clients have yet to take. A route sends its body as it is, or with
 * `Content-Encoding` where it has an encoded one.
 */
export function sendLargeBodies(
  app: FastifyInstance,
  { bodies, connections, queue }: { bodies: SharedBodies; connections: ConnectionLimits; queue: FairQueue },
): void {
  const unsent = limitUnsentBytes(MAX_UNSENT_BYTES);

  async function negotiate(request: FastifyRequest, reply: FastifyReply, shared: Buffer): Promise<Buffer> {
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
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    if (reply.statusCode !== 200 || payload.length < LARGE) return payload;
    const bytes = await negotiate(request, reply, bodies.share(payload));
    if (request.method === 'HEAD') return bytes;
    const network = clientNetwork(request);
    // A write copies up to a megabyte into the system's buffers, which takes milliseconds, and the readers of a shared
    // history all get here at once.
    await queue.admit(network);
    if (reply.raw.destroyed) return bytes;
    try {
      connections.enter(request, reply.raw);
    } catch (error) {
      for (const name of ['etag', 'cache-control', 'content-encoding', 'content-disposition'])
        reply.removeHeader(name);
      throw error;
    }
    reply.header('Content-Length', bytes.length);
    unsent.add(reply.raw, network, bytes);
    return bytes.length > PIECE ? inPieces(bytes) : bytes;
  });
}
