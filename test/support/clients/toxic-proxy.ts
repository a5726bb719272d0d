import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the proxy does to the traffic in both directions. */
interface Toxics {
  /** The delay of each byte, one way. */
  readonly latencyMs: number;
  /** In each direction. */
  readonly bytesPerSecond: number;
  /** The largest number of bytes that arrive together. */
  readonly chunkBytes: number;
  /** Nothing arrives, but connections stay open: bytes wait until this ends. */
  readonly isStalled: boolean;
  /** From now on, each connection is reset after the server has sent this many bytes. */
  readonly resetAfterBytes: number;
}

const CLEAN: Toxics = {
  latencyMs: 0,
  bytesPerSecond: Infinity,
  chunkBytes: Infinity,
  isStalled: false,
  resetAfterBytes: Infinity,
};

export interface ToxicProxy {
  readonly port: number;
  /** Changes the proxy's behaviour, also for existing connections and waiting bytes. */
  set(toxics: Partial<Toxics>): void;
  clear(): void;
}

/** How often waiting bytes check whether the behaviour has changed. */
const POLL_INTERVAL_MS = 5;

/** A TCP proxy to a port of 127.0.0.1 whose faults can be set and cleared while it is in use. */
export async function startProxy(t: TestContext, target: number): Promise<ToxicProxy> {
  let toxics = CLEAN;
  const sockets = new Set<Socket>();

  /** Forwards one direction, in order, until either end closes. */
  async function forward(from: Socket, to: Socket, isReply: boolean): Promise<void> {
    const queue: { part: Buffer; since: number }[] = [];
    let forwarded = 0;
    let countedFor = toxics;
    let wake = (): void => undefined;
    from.on('data', (part: Buffer) => {
      queue.push({ part, since: performance.now() });
      wake();
    });
    for (const socket of [from, to]) socket.on('close', () => wake());
    while (!to.destroyed && !(from.destroyed && queue.length === 0)) {
      const [first] = queue;
      if (!first) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (toxics.isStalled || performance.now() < first.since + toxics.latencyMs) {
        await sleep(POLL_INTERVAL_MS);
        continue;
      }
      if (countedFor !== toxics) forwarded = 0;
      countedFor = toxics;
      const { bytesPerSecond, chunkBytes, resetAfterBytes } = toxics;
      const size = Math.min(chunkBytes, Math.max(1, Math.floor(bytesPerSecond / 50)), first.part.length);
      if (isReply && forwarded + size > resetAfterBytes) {
        to.write(first.part.subarray(0, resetAfterBytes - forwarded), () => to.resetAndDestroy());
        return void from.destroy();
      }
      to.write(first.part.subarray(0, size));
      forwarded += size;
      first.part = first.part.subarray(size);
      if (first.part.length === 0) queue.shift();
      if (bytesPerSecond < Infinity) await sleep((size / bytesPerSecond) * 1000);
      else if (chunkBytes < Infinity) await new Promise(setImmediate);
    }
    to.destroy();
  }

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    void forward(client, upstream, false);
    void forward(upstream, client, true);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    set: (next) => {
      toxics = { ...toxics, ...next };
    },
    clear: () => {
      toxics = CLEAN;
    },
  };
}
