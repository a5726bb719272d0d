import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far. */
  received(): Buffer;
  /** Resolves to everything received once it is enough; rejects after ten seconds. */
  until(isEnough: (received: Buffer) => boolean): Promise<Buffer>;
  /** Resolves to everything received once the other end has closed the connection. */
  readonly closed: Promise<Buffer>;
}

/** A TCP connection that records the bytes of responses, closed after the test. */
export async function connectRaw(t: TestContext, address: string, localAddress?: string): Promise<RawClient> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), ...(localAddress && { localAddress }) });
  t.after(() => socket.destroy());
  const parts: Buffer[] = [];
  socket.on('error', () => undefined).on('data', (part: Buffer) => parts.push(part));
  await once(socket, 'connect');
  const received = () => Buffer.concat(parts);
  const closed = new Promise<Buffer>((resolve) => socket.on('close', () => resolve(received())));
  return {
    socket,
    received,
    closed,
    async until(isEnough) {
      const limit = Date.now() + 10_000;
      while (!isEnough(received())) {
        if (Date.now() > limit)
          throw new Error(`not enough within ten seconds: ${received().toString('latin1')}`);
        await sleep(5);
      }
      return received();
    },
  };
}

/** The text of a GET request, with optional additional header lines. */
export const requestFor = (path: string, ...headers: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${['Host: x', ...headers].map((line) => `${line}\r\n`).join('')}\r\n`;
