// The cost of clients that request large responses and do not read them: a thousand connections for each large route,
// each with 16 requests in one write; the memory that they add, and how long another client waits meanwhile. Needs
// taskset, Linux, and `ulimit -n` above the connections. The system's buffers take a gigabyte meanwhile.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openClient } from './support/client.ts';
import { median, pinToLoadCore, type Server, startService } from './support/pinned.ts';
import { printTable } from './support/table.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const options = {
  connections: { type: 'string', default: '1000' },
  requests: { type: 'string', default: '16' },
  seconds: { type: 'string', default: '15' },
} as const;
const settings = parseArgs({ options }).values;
const CONNECTIONS = Number(settings.connections);
const REQUESTS = Number(settings.requests);
const SECONDS = Number(settings.seconds);

/** Fewer than the service allows. */
const CONNECTIONS_PER_ADDRESS = 250;

/** More would only wait in the server's backlog. */
const CONCURRENT_CONNECTS = 50;

const ROUTES = [
  '/history?from=-1d&bucket=30s',
  '/v1/bitcoin.json',
  '/openapi.json',
  '/sources',
  '/page.js',
] as const;

/** Rounds in which clients request each route and read the responses, before the measurement. */
const WARM_UP_ROUNDS = 10;

const MEGABYTE = 1_000_000;

function residentBytes({ child }: Server): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** The path of the page's script, which contains a hash. */
async function scriptOf(address: string): Promise<string> {
  const page = await (await fetch(address)).text();
  const [path] = /\/assets\/[^"]+\.js/.exec(page) ?? [];
  if (!path) throw new Error('the page is not built: npm run build');
  return path;
}

async function warmUp(address: string, paths: readonly string[]): Promise<void> {
  using client = openClient(address, CONCURRENT_CONNECTS);
  for (let turn = 0; turn < WARM_UP_ROUNDS; turn += 1) {
    for (const path of paths) {
      await Promise.all(Array.from({ length: CONCURRENT_CONNECTS }, () => client.time('GET', path)));
    }
  }
}

async function openPaused({ hostname, port }: URL, path: string, number: number): Promise<Socket> {
  const localAddress = `127.0.1.${1 + Math.floor(number / CONNECTIONS_PER_ADDRESS)}`;
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on('error', () => undefined).pause();
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(REQUESTS));
  return socket;
}

interface Round {
  readonly addedBytes: number;
  readonly open: number;
  readonly waitsMs: readonly number[];
}

async function measure(server: Server, path: string, connections = CONNECTIONS): Promise<Round> {
  using client = openClient(server.address);
  const url = new URL(server.address);
  const before = residentBytes(server);
  let most = before;
  const waitsMs: number[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      waitsMs.push(await client.time('GET', '/is-bitcoin-lit'));
      most = Math.max(most, residentBytes(server));
      await sleep(20);
    }
  })();
  const sockets: Socket[] = [];
  while (sockets.length < connections) {
    const group = Array.from({ length: CONCURRENT_CONNECTS }, (_, index) =>
      openPaused(url, path, sockets.length + index),
    );
    sockets.push(...(await Promise.all(group)));
  }
  await sleep(SECONDS * 1000);
  isOver = true;
  await asking;
  const open = sockets.filter(({ destroyed }) => !destroyed).length;
  for (const socket of sockets) socket.destroy();
  await sleep(2000);
  return { addedBytes: most - before, open, waitsMs };
}

pinToLoadCore();
using folder = temporaryFolder();
await using service = await startService({ DATA_DIR: folder.path, SOURCE: 'simulated' });
await fetch(`${service.address}/refresh`, { method: 'POST' });
const script = await scriptOf(service.address);
const paths = ROUTES.map((path) => (path === '/page.js' ? script : path));
// Warms up, so that the memory for clients that do read is not counted.
await warmUp(service.address, paths);

const start = residentBytes(service);
let most = start;
const rows = [['route', 'more memory', 'still open', 'another client waits, median', 'at most']];
for (const [index, path] of ['', ...paths].entries()) {
  const before = residentBytes(service);
  const { addedBytes, open, waitsMs } = await measure(service, path, index === 0 ? 0 : CONNECTIONS);
  most = Math.max(most, before + addedBytes);
  rows.push([
    path || 'none',
    `${(addedBytes / MEGABYTE).toFixed(0)} MB`,
    String(open),
    `${median(waitsMs).toFixed(1)} ms`,
    `${Math.max(...waitsMs).toFixed(0)} ms`,
  ]);
}
printTable(`${CONNECTIONS} paused clients, ${REQUESTS} requests each, of each large route in turn`, rows);
console.log(
  `memory: ${(start / MEGABYTE).toFixed(0)} MB before, ${(most / MEGABYTE).toFixed(0)} MB at most: ${((most - start) / MEGABYTE).toFixed(0)} MB more in all`,
);
