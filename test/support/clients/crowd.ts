import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { eventually } from '../eventually.ts';
import { command } from '../processes/command.ts';
import { assertTook } from '../processes/cpu-slowdown.ts';
import { serve } from '../processes/process.ts';
import { temporaryFolder } from '../temporary.ts';
import { startCheckedFeed } from '../upstreams/checked-feed.ts';
import { startReader } from './reader.ts';
import { postRefresh } from './refresh-client.ts';

/** A service with a well-behaved reader, and sockets for hostile clients. */
export interface Crowd {
  readonly address: string;
  /** The path of a response of more than a megabyte. */
  readonly large: string;
  /** Opens a connection to the service. Errors are ignored: tests observe that it closes. */
  connect(): Promise<Socket>;
  /** Stops the reader, and asserts that it got every answer in time. */
  assertServed(): Promise<void>;
}

const MAX_READ_MS = 1000;

const LARGE_FROM = Date.UTC(2020, 0, 1);
const LARGE_TO = LARGE_FROM + 5000 * 30_000;

/** A sample for each of 5,000 buckets. */
const LARGE_SAMPLES = [
  'time,price,sentiment',
  ...Array.from({ length: 5000 }, (_, index) => {
    const time = new Date(LARGE_FROM + index * 30_000).toISOString();
    return `${time},${7000 + index / 7},${Math.sin(index) / 3}`;
  }),
].join('\n');

export async function startCrowd(t: TestContext): Promise<Crowd> {
  const feed = await startCheckedFeed(t);
  const staleAfterMs = 300_000;
  const settings = {
    SENTICRYPT_URL: feed.url,
    DATA_DIR: temporaryFolder(t),
    STALE_AFTER: '5m',
    // All clients have the same address.
    MAX_CONNECTIONS_PER_ADDRESS: '10000',
  };
  const imported = await command(t, ['import', '-'], settings, LARGE_SAMPLES);
  assert.equal(imported.code, 0, imported.stderr);
  const { address, child } = await serve(t, settings);
  // Many services start at once; one without processor time responds that it is overloaded.
  await eventually('the service has an answer', async () => (await postRefresh(address)).outcome === '200');
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  const reader = startReader({ address, staleAfterMs: staleAfterMs, findMistake: feed.findMistake });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await reader.stop();
  });
  return {
    address,
    large: `/history?from=${new Date(LARGE_FROM).toISOString()}&to=${new Date(LARGE_TO).toISOString()}&bucket=30s`,
    async connect() {
      const socket = connect({ port: Number(port), host: hostname, noDelay: true });
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      await once(socket, 'connect');
      return socket;
    },
    async assertServed() {
      await reader.stop();
      const observed = reader.takeSnapshot();
      assert.deepEqual(observed.violations.slice(0, 3), []);
      assert.deepEqual(Object.keys(observed.statuses), ['200']);
      await assertTook(observed.slowestMs, MAX_READ_MS, 'the slowest read');
      assert.equal(child.exitCode ?? child.signalCode, null, 'the service is still running');
    },
  };
}

/** Resolves to everything received once the other end has closed the connection; rejects after the timeout. */
export function untilClosed(socket: Socket, timeoutMs: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  const timer = setTimeout(
    reject,
    timeoutMs,
    new Error(`the connection is still open after ${timeoutMs} ms`),
  );
  for (const event of ['end', 'close']) socket.on(event, () => resolve(text));
  return promise.finally(() => clearTimeout(timer));
}
