import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds between two looks: who takes nothing between them is cut. */
const LOOK = 30_000;

/**
 * Cuts clients that take nothing of what waits for them, which would be held for ever: none of the server's own
 * limits counts there. (Its `timeout` would, at a price for every request that is answered.)
 */
export function cutUnread(server: Server): Disposable {
  const waiting = new Map<Socket, number>();
  server.on('connection', (socket) => {
    waiting.set(socket, 0);
    socket.on('close', () => waiting.delete(socket));
  });
  const timer = setInterval(() => {
    for (const [socket, before] of waiting) {
      if (before > 0 && socket.writableLength === before) socket.destroy();
      waiting.set(socket, socket.writableLength);
    }
  }, LOOK).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
