// Ten thousand clients of GET /live on one process: how soon a new sample reaches all of them, the memory per client,
// and the cached answer's speed meanwhile. Needs wrk, taskset and `ulimit -n` above the number of clients.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load, median, startPinned } from './support/pinned.ts';

const options = {
  readers: { type: 'string', default: '10000' },
  rounds: { type: 'string', default: '20' },
  pairs: { type: 'string', default: '10' },
} as const;
const settings = parseArgs({ options }).values;
const READERS = Number(settings.readers);
const ROUNDS = Number(settings.rounds);
const PAIRS = Number(settings.pairs);

/** More would only wait in the server's backlog. */
const CONCURRENT_CONNECTS = 200;

/** The clients share the load's core with wrk. */
execFileSync('taskset', ['-cp', '1', String(process.pid)]);

/** Called for each event that a client has received. */
let onEvent = (): void => undefined;

async function openReader(address: URL): Promise<Socket> {
  const socket = connect(Number(address.port), address.hostname);
  socket.setNoDelay(true).write(`GET /live HTTP/1.1\r\nHost: ${address.host}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.includes('HTTP/1.1 200')) throw new Error(`a reader was refused: ${head}`);
  socket.on('data', (part: Buffer) => {
    if (part.includes('event: summary')) onEvent();
  });
  socket.on('close', () => {
    throw new Error('a reader was dropped');
  });
  return socket;
}

async function openReaders(address: URL, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const group = Math.min(CONCURRENT_CONNECTS, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: group }, () => openReader(address)))));
  }
  return sockets;
}

async function residentBytes(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

/** A source with one new sample per request, each a second later than the last. */
let newest = Date.now() - 3_600_000;
const upstream = createServer((_request, response) => {
  newest += 1000;
  const price = String(30_000 + Math.random());
  response.end(JSON.stringify([{ timestamp: newest / 1000, btc_price: price, mean: 0.1 }]));
}).listen(0, '127.0.0.1');
await once(upstream, 'listening');
const { port } = upstream.address() as AddressInfo;

const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-bench-'));
const serve = (name: string) =>
  startPinned('src/main.ts', ['serve'], {
    SOURCE: 'senticrypt',
    SENTICRYPT_URL: `http://127.0.0.1:${port}/`,
    DATA_DIR: join(folder, name),
    PORT: '0',
    REFRESH_INTERVAL: '0',
    RATE_LIMIT: '0',
    MAX_CONNECTIONS_PER_ADDRESS: String(READERS + 1000),
    MAX_LIVE_READERS: String(READERS),
    MAX_LIVE_READERS_PER_ADDRESS: String(READERS),
  });

try {
  await using crowded = await serve('crowded');
  await using quiet = await serve('quiet');
  const refresh = (address: string) => fetch(`${address}/refresh`, { method: 'POST' });
  for (const { address } of [crowded, quiet]) {
    await refresh(address);
    // Warms up, so that the code's memory does not count as the clients'.
    await load(`${address}/is-bitcoin-lit`, 2);
  }

  const before = await residentBytes(crowded.address);
  const sockets = await openReaders(new URL(crowded.address), READERS);
  const connected = await residentBytes(crowded.address);

  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let missing = READERS;
    const { promise: all, resolve } = Promise.withResolvers<void>();
    onEvent = () => {
      missing -= 1;
      if (missing === 0) resolve();
    };
    const began = performance.now();
    await Promise.all([refresh(crowded.address), all]);
    times.push(performance.now() - began);
  }
  const afterEvents = await residentBytes(crowded.address);

  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const beside = await load(`${crowded.address}/is-bitcoin-lit`, 2);
    const alone = await load(`${quiet.address}/is-bitcoin-lit`, 2);
    ratios.push(beside.perSecond / alone.perSecond);
  }

  const kilobytes = (bytes: number) => `${(bytes / READERS / 1024).toFixed(1)} kB`;
  console.log(`GET /live, ${READERS} readers on one process\n
from POST /refresh to the last reader   ${median(times).toFixed(0)} ms (median of ${ROUNDS}; ${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)})
memory of a reader                      ${kilobytes(connected - before)} connected, ${kilobytes(afterEvents - before)} after ${ROUNDS} events
cached answer beside them               ${median(ratios).toFixed(2)} × of its speed without (median of ${PAIRS} pairs)`);
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
} finally {
  upstream.closeAllConnections();
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
}
