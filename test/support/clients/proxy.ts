import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a road does to what goes along it, both ways. */
interface Toxics {
  /** Until a byte arrives, one way, in milliseconds. */
  readonly delay: number;
  /** Bytes a second, each way. */
  readonly rate: number;
  /** Bytes that arrive together. */
  readonly piece: number;
  /** Nothing arrives, and nobody is told: what was sent waits until this ends. */
  readonly isHung: boolean;
  /** Bytes of the server that a connection brings from now on, before it is reset. */
  readonly cutAfter: number;
}

const CLEAN: Toxics = { delay: 0, rate: Infinity, piece: Infinity, isHung: false, cutAfter: Infinity };

export interface ToxicProxy {
  readonly port: number;
  /** How the road is from now on, for what is under way too. */
  set(toxics: Partial<Toxics>): void;
  clear(): void;
}

/** How often a waiting byte looks whether the road has changed. Milliseconds. */
const LOOK = 5;

/** A road to a port of 127.0.0.1 that can be made bad, and good again, while it is used. */
export async function startProxy(t: TestContext, target: number): Promise<ToxicProxy> {
  let toxics = CLEAN;
  const sockets = new Set<Socket>();

  /** Carries one way, in order, until either end closes. */
  async function carry(from: Socket, to: Socket, isReply: boolean): Promise<void> {
    const waiting: { part: Buffer; since: number }[] = [];
    let carried = 0;
    let counted = toxics;
    let wake = (): void => undefined;
    from.on('data', (part: Buffer) => {
      waiting.push({ part, since: performance.now() });
      wake();
    });
    for (const socket of [from, to]) socket.on('close', () => wake());
    while (!to.destroyed && !(from.destroyed && waiting.length === 0)) {
      const [first] = waiting;
      if (!first) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (toxics.isHung || performance.now() < first.since + toxics.delay) {
        await sleep(LOOK);
        continue;
      }
      if (counted !== toxics) carried = 0;
      counted = toxics;
      const { rate, piece, cutAfter } = toxics;
      const size = Math.min(piece, Math.max(1, Math.floor(rate / 50)), first.part.length);
      if (isReply && carried + size > cutAfter) {
        to.write(first.part.subarray(0, cutAfter - carried), () => to.resetAndDestroy());
        return void from.destroy();
      }
      to.write(first.part.subarray(0, size));
      carried += size;
      first.part = first.part.subarray(size);
      if (first.part.length === 0) waiting.shift();
      if (rate < Infinity) await sleep((size / rate) * 1000);
      else if (piece < Infinity) await new Promise(setImmediate);
    }
    to.destroy();
  }

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => 'told by its close').on('close', () => sockets.delete(socket));
    }
    void carry(client, upstream, false);
    void carry(upstream, client, true);
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
