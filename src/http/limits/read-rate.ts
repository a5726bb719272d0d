import type { Server } from 'node:http';
import type { Socket } from 'node:net';

interface ReadRate {
  /** What a client has to take of what waits for it. Bytes per second. */
  readonly bytesPerSecond: number;
  /** Over how long that counts: a client that took more has so much time in hand, and no more. */
  readonly windowMs: number;
  readonly lookMs: number;
}

/**
 * The window is long because the system shows only in steps what was taken: when a third of its own buffer is free again.
 * That is some 30 kB between two machines, and a megabyte between two programs on one.
 */
const READ_RATE: ReadRate = { bytesPerSecond: 2000, windowMs: 60_000, lookMs: 5000 };

interface Progress {
  /** Bytes that the system had taken at the last look. */
  taken: number;
  /** Time in hand. Milliseconds. */
  credit: number;
}

/**
 * Cuts clients that take less than 2 kB a second of what waits for them, over a minute; they would hold memory for as long
 * as they like, since none of the server's own limits counts there. (Its `timeout` would, at a price for every request,
 * and one byte now and then would do for it.)
 */
export function requireReadRate(server: Server, rate = READ_RATE): Disposable {
  const { bytesPerSecond, windowMs, lookMs } = rate;
  const sockets = new Map<Socket, Progress | undefined>();
  server.on('connection', (socket) => {
    sockets.set(socket, undefined);
    socket.on('close', () => sockets.delete(socket));
  });

  function look(): void {
    for (const [socket, before] of sockets) {
      if (socket.writableLength === 0) {
        if (before) sockets.set(socket, undefined);
        continue;
      }
      const taken = socket.bytesWritten - socket.writableLength;
      if (!before) {
        sockets.set(socket, { taken, credit: windowMs });
        continue;
      }
      const earned = ((taken - before.taken) / bytesPerSecond) * 1000;
      before.credit = Math.min(windowMs, before.credit + earned - lookMs);
      before.taken = taken;
      if (before.credit <= 0) socket.destroy();
    }
  }

  const timer = setInterval(look, lookMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
