import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { peerNetwork } from '../clients/network.ts';
import type { FairQueue } from './fair-queue.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Pipelined requests of one connection that may wait for earlier responses. */
const MAX_WAITING = 16;

/**
 * Handles the requests of a connection one at a time, each when the response can be sent. So no response is built before
 * the client has received the earlier ones, and a handler can write at once.
 *
 * Closes a connection with more waiting requests than the limit: reading hundreds in one piece takes one turn of the event
 * loop, while all other clients wait. A request that does not wait costs only a comparison.
 *
 * @param queue spreads the waiting requests of all connections over turns of the event loop.
 */
export function answerInTurn(handle: Handle, queue: FairQueue): Handle {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    if (response.socket) return handle(request, response);
    const { socket } = request;
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > MAX_WAITING) {
      // Stops parsing the rest of the piece, which would cost ten microseconds per request. Node.js has no public way to do
      // this; a test in test/hard fails without it.
      (socket as { parser?: { remove?: () => void } }).parser?.remove?.();
      return void socket.destroy();
    }
    response.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      queue.add(peerNetwork(socket.remoteAddress), () => handle(request, response));
    });
  };
}
