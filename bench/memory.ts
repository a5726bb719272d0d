// Whether memory grows: a million requests and a thousand refreshes that bring something new, on one service, with a look
// at its memory after each quarter, when the garbage is collected. Wants wrk and taskset (Debian: wrk, util-linux).
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Client, openClient, readMetric } from './support/client.ts';
import { load, type Server, startService, stayOffTheServersCore } from './support/pinned.ts';
import { SAMPLES_OF_A_DAY, snapshot } from './support/snapshots.ts';
import { type BenchStore, eachStore } from './support/stores.ts';
import { printTable } from './support/table.ts';
import { startUpstream, type Upstream } from './support/upstream.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  requests: { type: 'string', default: '1000000' },
  refreshes: { type: 'string', default: '1000' },
} as const;
const { stores, requests, refreshes } = parseArgs({ options }).values;
const QUARTER = { requests: Number(requests) / 4, refreshes: Number(refreshes) / 4 };
const WARM_UP = { requests: QUARTER.requests / 5, refreshes: Math.ceil(QUARTER.refreshes / 5) };
const INTERVAL = 30_000;
const MEGABYTE = 1e6;

/** A leak of four bytes a request, or of four kilobytes a refresh, is more than this in a quarter. */
const NOISE = 1 * MEGABYTE;

/** Collects the garbage whenever it is told to, since what is not collected yet is no leak. */
const COLLECTING = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2",()=>gc())'];

/** The feed as it goes on: each refresh finds the last day, with one sample more than the one before. */
function slidingDay(count: number): () => string {
  let next = Math.floor(Date.now() / INTERVAL) * INTERVAL - (SAMPLES_OF_A_DAY + count) * INTERVAL;
  const records: string[] = [];
  const add = () => {
    records.push(snapshot(next));
    next += INTERVAL;
  };
  while (records.length < SAMPLES_OF_A_DAY) add();
  return () => {
    records.shift();
    add();
    return `[${records.join()}]`;
  };
}

async function request(server: Server, client: Client, count: number): Promise<void> {
  const answered = () => readMetric(client, 'is_bitcoin_lit_answers_total');
  const end = (await answered()) + count;
  let speed = 10_000;
  for (let left = count; left > 0; left = end - (await answered())) {
    const seconds = Math.min(5, Math.ceil(left / speed));
    speed = (await load(`${server.address}/is-bitcoin-lit`, seconds)).perSecond;
  }
}

async function refresh(
  client: Client,
  upstream: Upstream,
  nextDay: () => string,
  count: number,
): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    await upstream.answer(nextDay());
    const { added } = JSON.parse(await client.text('POST', '/refresh'));
    if (added === 0) throw new Error('a refresh brought nothing new');
  }
}

interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly outside: number;
}

async function settle(server: Server, client: Client): Promise<Memory> {
  for (let time = 0; time < 3; time += 1) {
    await sleep(500);
    server.child.kill('SIGUSR2');
  }
  await sleep(500);
  return {
    resident: await readMetric(client, 'process_resident_memory_bytes'),
    heap: await readMetric(client, 'nodejs_heap_size_used_bytes'),
    outside: await readMetric(client, 'nodejs_external_memory_bytes'),
  };
}

async function measure(store: BenchStore, upstream: Upstream): Promise<void> {
  const settings = { ...store.settings('memory'), SENTICRYPT_URL: upstream.url };
  await using server = await startService(settings, COLLECTING);
  using client = openClient(server.address, 2);
  const nextDay = slidingDay(Number(refreshes) + WARM_UP.refreshes + 1);
  await refresh(client, upstream, nextDay, 1);
  const workOff = (part: typeof QUARTER) =>
    Promise.all([request(server, client, part.requests), refresh(client, upstream, nextDay, part.refreshes)]);
  await workOff(WARM_UP);

  const looks = [await settle(server, client)];
  const rows: string[][] = [['done', 'requests', 'refreshes', 'resident', 'heap used', 'external']];
  const counted = { requests: 0, refreshes: 0 };
  const answers = async () => readMetric(client, 'is_bitcoin_lit_answers_total');
  const passes = async () => readMetric(client, 'is_bitcoin_lit_refreshes_total');
  const start = { requests: await answers(), refreshes: await passes() };
  const inMegabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;
  const show = ({ resident, heap, outside }: Memory, quarter: number) =>
    rows.push([
      `${25 * quarter} %`,
      counted.requests.toLocaleString('en'),
      counted.refreshes.toLocaleString('en'),
      ...[resident, heap, outside].map(inMegabytes),
    ]);
  for (const [quarter, look] of looks.entries()) {
    show(look, quarter);
    if (quarter === 4) break;
    await workOff(QUARTER);
    counted.requests = (await answers()) - start.requests;
    counted.refreshes = (await passes()) - start.refreshes;
    looks.push(await settle(server, client));
  }
  printTable(`${store.name}: memory after each quarter, garbage collected`, rows);
  const [before, after] = looks.slice(-2) as [Memory, Memory];
  const grown = (key: keyof Memory) => `${key} ${inMegabytes(after[key] - before[key])}`;
  const verdict =
    after.heap - before.heap > NOISE ? 'the last quarter GREW' : 'the last quarter did not grow';
  console.log(`${verdict} (more: ${(['resident', 'heap', 'outside'] as const).map(grown).join(', ')})\n`);
}

stayOffTheServersCore();
await using upstream = await startUpstream();
for await (const store of eachStore(stores)) await measure(store, upstream);
