import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The window is long because the system reports progress in steps, when a third of its own buffer is free again: about 30 kB
 * between two machines, and a megabyte between two programs on one.
 */
const DEFAULTS = {
  minBytesPerSecond: 2000,
  /** A client that reads faster saves up at most this much time. */
  windowMs: 60_000,
  checkIntervalMs: 5000,
};

interface Progress {
  sentBytes: number;
  /** How much longer the client may read too slowly. */
  creditMs: number;
}

/**
 * Closes connections whose clients read less than 2 kB of a waiting response per second, over a minute: they would hold
 * memory indefinitely. (Node's own `timeout` costs time on every request, and a single byte resets it.)
 */
export function requireReadRate(server: Server, options = DEFAULTS): Disposable {
  const { minBytesPerSecond, windowMs, checkIntervalMs } = options;
  const sockets = new Map<Socket, Progress | undefined>();
  server.on('connection', (socket) => {
    sockets.set(socket, undefined);
    socket.on('close', () => sockets.delete(socket));
  });

  function check(): void {
    for (const [socket, progress] of sockets) {
      if (socket.writableLength === 0) {
        if (progress) sockets.set(socket, undefined);
        continue;
      }
      const sentBytes = socket.bytesWritten - socket.writableLength;
      if (!progress) {
        sockets.set(socket, { sentBytes, creditMs: windowMs });
        continue;
      }
      const earnedMs = ((sentBytes - progress.sentBytes) / minBytesPerSecond) * 1000;
      progress.creditMs = Math.min(windowMs, progress.creditMs + earnedMs - checkIntervalMs);
      progress.sentBytes = sentBytes;
      if (progress.creditMs <= 0) socket.destroy();
    }
  }

  const timer = setInterval(check, checkIntervalMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
