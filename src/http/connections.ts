import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * At the limit, those who hold a connection and ask nothing make room; who comes meanwhile is turned away.
 * Without one the system's own limit of open files would be reached, where nothing works any more.
 */
export function boundConnections(server: Server, most: number): void {
  if (!Number.isFinite(most)) return;
  server.maxConnections = most;
  server.on('drop', () => server.closeIdleConnections());
}

/** Requests of one connection that may wait for the answers before them. */
const MOST_PIPELINED = 16;

/**
 * Cuts who sends hundreds of requests in one piece, which would be answered in one turn of the event loop, while
 * everybody else waits. Costs the others a comparison.
 *
 * @returns whether a request is one too many.
 */
export function createPipelineGuard(): (request: IncomingMessage, response: ServerResponse) => boolean {
  let waiting = new Map<Socket, number>();
  return ({ socket }, response) => {
    // The first of a connection has it: those behind it get it in their turn.
    if (response.socket) return false;
    if (waiting.size === 0) {
      setImmediate(() => {
        waiting = new Map();
      });
    }
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count <= MOST_PIPELINED) return false;
    // What else is in the piece is not even read then. Node.js has no public way to say so: without it, each request
    // that is left costs ten microseconds, and the test of this in test/hard fails.
    (socket as { parser?: { remove?: () => void } }).parser?.remove?.();
    socket.destroy();
    return true;
  };
}
