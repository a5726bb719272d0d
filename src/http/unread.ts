import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds between two looks: who takes nothing between them is cut. */
const LOOK = 30_000;

/**
 * Cuts clients that take nothing of what waits for them, which would be held for ever: none of the server's own
 * limits counts there. (Its `timeout` would, at a price for every request that is answered.)
 */
export function cutUnread(server: Server): Disposable {
  /** What each had taken at the last look, where something waited for it then. Bytes. */
  const taken = new Map<Socket, number | undefined>();
  server.on('connection', (socket) => {
    taken.set(socket, undefined);
    socket.on('close', () => taken.delete(socket));
  });
  const timer = setInterval(() => {
    for (const [socket, before] of taken) {
      const waiting = socket.writableLength;
      const now = socket.bytesWritten - waiting;
      if (waiting > 0 && now === before) socket.destroy();
      taken.set(socket, waiting > 0 ? now : undefined);
    }
  }, LOOK).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
