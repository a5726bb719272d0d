import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { eventually } from '../eventually.ts';
import { busyness } from '../processes/busyness.ts';
import { command } from '../processes/command.ts';
import { startLedger } from '../processes/ledger.ts';
import { serve } from '../processes/process.ts';
import { temporaryFolder } from '../temporary.ts';
import { post } from './poster.ts';
import { startReader } from './reader.ts';

/** A service, a reader who behaves, and sockets for those who do not. */
export interface Crowd {
  readonly address: string;
  /** The path of a response of more than a megabyte. */
  readonly large: string;
  /** A connection to the service; what is wrong with it is told by its close. */
  enter(): Promise<Socket>;
  /** Ends the reader, and holds that it got every answer, each in time. */
  assertServed(): Promise<void>;
}

const SLOWEST_READ = 1000;

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
  const ledger = await startLedger(t);
  const staleAfter = 300_000;
  const settings = {
    SENTICRYPT_URL: ledger.url,
    DATA_DIR: temporaryFolder(t),
    STALE_AFTER: '5m',
    // Everyone has the same address here.
    MAX_CONNECTIONS_PER_ADDRESS: '10000',
  };
  const imported = await command(t, ['import', '-'], settings, LARGE_SAMPLES);
  assert.equal(imported.code, 0, imported.stderr);
  const { address, child } = await serve(t, settings);
  // Many of these start at once, and a service that gets no processor time says that it has too much to do.
  await eventually('it has an answer', async () => (await post(address)).outcome === '200');
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  const reader = startReader({ address, staleAfter, judge: ledger.judge });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await reader.stop();
  });
  return {
    address,
    large: `/history?from=${new Date(LARGE_FROM).toISOString()}&to=${new Date(LARGE_TO).toISOString()}&bucket=30s`,
    async enter() {
      const socket = connect({ port: Number(port), host: hostname, noDelay: true });
      sockets.add(socket);
      socket.on('error', () => 'told by its close').on('close', () => sockets.delete(socket));
      await once(socket, 'connect');
      return socket;
    },
    async assertServed() {
      await reader.stop();
      const sight = reader.look();
      assert.deepEqual(sight.complaints.slice(0, 3), []);
      assert.deepEqual(Object.keys(sight.statuses), ['200']);
      const bound = SLOWEST_READ * (await busyness());
      assert.ok(sight.slowest < bound, `the slowest read took ${Math.round(sight.slowest)} ms`);
      assert.equal(child.exitCode ?? child.signalCode, null, 'the service lives');
    },
  };
}

/** Resolves to all that came, once the other end closed the connection; rejects when it does not within `limit` ms. */
export function untilClosed(socket: Socket, limit: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  const timer = setTimeout(reject, limit, new Error(`it is open after ${limit} ms`));
  for (const event of ['end', 'close']) socket.on(event, () => resolve(text));
  return promise.finally(() => clearTimeout(timer));
}
