import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { peerNetwork } from '../clients/network.ts';
import type { FairQueue } from './fair-queue.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Requests of one connection that may wait for the answers before them. */
const MOST_WAITING = 16;

/**
 * Hands each request over when its connection is free for the answer: one at a time, however many were sent together.
 * So no answer is made, and kept in memory, before the client has taken those before it, and every handler may write at
 * once.
 *
 * A connection with more than 16 requests waiting is cut: reading hundreds in one piece takes one turn of the event loop,
 * while everybody else waits. A request that does not wait costs a comparison and nothing else.
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
    if (count > MOST_WAITING) {
      // The rest of the piece is not even read then. Node.js has no public way to say so: without it, each request
      // that is left costs ten microseconds, and the test of this in test/hard fails.
      (socket as { parser?: { remove?: () => void } }).parser?.remove?.();
      return void socket.destroy();
    }
    response.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      queue.add(peerNetwork(socket.remoteAddress), () => handle(request, response));
    });
  };
}
