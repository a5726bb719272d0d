// What clients cost that ask for large answers and do not read: a thousand connections for each large route, each with 16
// requests in one piece; what that adds to the service's memory, and how long another client waits meanwhile. Wants
// taskset, Linux, and `ulimit -n` above the connections. The system's own buffers take a gigabyte meanwhile.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openClient } from './support/client.ts';
import { median, type Server, startService, stayOffTheServersCore } from './support/pinned.ts';
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

/** How many connections one address opens: fewer than the service allows. */
const PER_ADDRESS = 250;

/** How many connect at a time: more would only wait in the server's backlog. */
const CONNECTING = 50;

const ROUTES = [
  '/history?from=-1d&bucket=30s',
  '/v1/bitcoin.json',
  '/openapi.json',
  '/sources',
  '/page.js',
] as const;

/** How often readers that take their answers ask for each route before, as many at a time as connect. */
const WARM_TURNS = 10;

const MEGABYTE = 1_000_000;

function residentBytes({ child }: Server): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** The built page's own script, whose name changes with it. */
async function scriptOf(address: string): Promise<string> {
  const page = await (await fetch(address)).text();
  const [path] = /\/assets\/[^"]+\.js/.exec(page) ?? [];
  if (!path) throw new Error('the page is not built: npm run build');
  return path;
}

async function warmUp(address: string, paths: readonly string[]): Promise<void> {
  using client = openClient(address, CONNECTING);
  for (let turn = 0; turn < WARM_TURNS; turn += 1) {
    for (const path of paths) {
      await Promise.all(Array.from({ length: CONNECTING }, () => client.time('GET', path)));
    }
  }
}

async function openPaused({ hostname, port }: URL, path: string, number: number): Promise<Socket> {
  const localAddress = `127.0.1.${1 + Math.floor(number / PER_ADDRESS)}`;
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on('error', () => 'cut').pause();
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(REQUESTS));
  return socket;
}

interface Round {
  readonly added: number;
  readonly open: number;
  readonly waits: readonly number[];
}

async function measure(server: Server, path: string, connections = CONNECTIONS): Promise<Round> {
  using client = openClient(server.address);
  const url = new URL(server.address);
  const before = residentBytes(server);
  let most = before;
  const waits: number[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      waits.push(await client.time('GET', '/is-bitcoin-lit'));
      most = Math.max(most, residentBytes(server));
      await sleep(20);
    }
  })();
  const sockets: Socket[] = [];
  while (sockets.length < connections) {
    const group = Array.from({ length: CONNECTING }, (_, index) =>
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
  return { added: most - before, open, waits };
}

stayOffTheServersCore();
using folder = temporaryFolder();
await using service = await startService({ DATA_DIR: folder.path, SOURCE: 'simulated' });
await fetch(`${service.address}/refresh`, { method: 'POST' });
const script = await scriptOf(service.address);
const paths = ROUTES.map((path) => (path === '/page.js' ? script : path));
// What clients cost that do read is not counted.
await warmUp(service.address, paths);

const start = residentBytes(service);
let most = start;
const rows = [['route', 'more memory', 'still open', 'another client waits, median', 'at most']];
for (const [index, path] of ['', ...paths].entries()) {
  const before = residentBytes(service);
  const { added, open, waits } = await measure(service, path, index === 0 ? 0 : CONNECTIONS);
  most = Math.max(most, before + added);
  rows.push([
    path || 'none',
    `${(added / MEGABYTE).toFixed(0)} MB`,
    String(open),
    `${median(waits).toFixed(1)} ms`,
    `${Math.max(...waits).toFixed(0)} ms`,
  ]);
}
printTable(`${CONNECTIONS} paused clients, ${REQUESTS} requests each, of each large route in turn`, rows);
console.log(
  `memory: ${(start / MEGABYTE).toFixed(0)} MB before, ${(most / MEGABYTE).toFixed(0)} MB at most: ${((most - start) / MEGABYTE).toFixed(0)} MB more in all`,
);
