import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Requests of one connection that may wait for the answers before them. */
const MOST_WAITING = 16;

/** How many waiting requests, of all connections, are answered in one turn of the event loop: some milliseconds of work. */
const A_TURN = 16;

/** Runs what is queued, a few in each turn of the event loop, so that everybody else gets a turn between. */
function createTurns(): (work: () => void) => void {
  const queue = new Set<() => void>();
  function run(): void {
    let count = 0;
    for (const work of queue) {
      queue.delete(work);
      work();
      count += 1;
      if (count === A_TURN) break;
    }
    if (queue.size > 0) setImmediate(run);
  }
  return (work) => {
    queue.add(work);
    if (queue.size === 1) setImmediate(run);
  };
}

/**
 * Hands each request over when its connection is free for the answer: one at a time, however many were sent together.
 * So no answer is made, and kept in memory, before the client has taken those before it, and every handler may write at
 * once.
 *
 * A connection with more than 16 requests waiting is cut: hundreds in one piece would be answered in one turn of the event
 * loop, while everybody else waits. All this costs the others a comparison.
 */
export function answerInTurn(handle: Handle): Handle {
  const waiting = new WeakMap<Socket, number>();
  const inTurn = createTurns();
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
      inTurn(() => handle(request, response));
    });
  };
}
