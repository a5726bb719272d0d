// Whether memory grows: a million requests and a thousand refreshes with new samples on one service. Memory is measured
// after each quarter and a garbage collection. Needs wrk and taskset (Debian: wrk, util-linux).
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Client, openClient, readMetric } from './support/client.ts';
import { load, pinToLoadCore, type Server, startService } from './support/pinned.ts';
import { SAMPLES_PER_DAY, snapshot } from './support/snapshots.ts';
import { type BenchStore, eachStore } from './support/stores.ts';
import { printTable } from './support/table.ts';
import { startUpstream, type Upstream } from './support/upstream.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  requests: { type: 'string', default: '1000000' },
  refreshes: { type: 'string', default: '1000' },
} as const;
const { stores, requests, refreshes } = parseArgs({ options }).values;
const WORK_PER_QUARTER = { requests: Number(requests) / 4, refreshes: Number(refreshes) / 4 };
const WARM_UP = {
  requests: WORK_PER_QUARTER.requests / 5,
  refreshes: Math.ceil(WORK_PER_QUARTER.refreshes / 5),
};
const SAMPLE_INTERVAL_MS = 30_000;
const MEGABYTE = 1e6;

/** A leak of four bytes per request, or of four kilobytes per refresh, exceeds this in a quarter. */
const MAX_GROWTH_BYTES = 1 * MEGABYTE;

/** Collects garbage on SIGUSR2, since uncollected garbage is not a leak. */
const NODE_OPTIONS = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2",()=>gc())'];

/** The bodies of a feed of the last day, each with one new sample. */
function slidingDay(count: number): () => string {
  let next =
    Math.floor(Date.now() / SAMPLE_INTERVAL_MS) * SAMPLE_INTERVAL_MS -
    (SAMPLES_PER_DAY + count) * SAMPLE_INTERVAL_MS;
  const records: string[] = [];
  const add = () => {
    records.push(snapshot(next));
    next += SAMPLE_INTERVAL_MS;
  };
  while (records.length < SAMPLES_PER_DAY) add();
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
    if (added === 0) throw new Error('a refresh added no samples');
  }
}

interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
}

async function measureMemory(server: Server, client: Client): Promise<Memory> {
  for (let time = 0; time < 3; time += 1) {
    await sleep(500);
    server.child.kill('SIGUSR2');
  }
  await sleep(500);
  return {
    resident: await readMetric(client, 'process_resident_memory_bytes'),
    heap: await readMetric(client, 'nodejs_heap_size_used_bytes'),
    external: await readMetric(client, 'nodejs_external_memory_bytes'),
  };
}

async function measure(store: BenchStore, upstream: Upstream): Promise<void> {
  const settings = { ...store.settings('memory'), SENTICRYPT_URL: upstream.url };
  await using server = await startService(settings, NODE_OPTIONS);
  using client = openClient(server.address, 2);
  const nextDay = slidingDay(Number(refreshes) + WARM_UP.refreshes + 1);
  await refresh(client, upstream, nextDay, 1);
  const runQuarter = (part: typeof WORK_PER_QUARTER) =>
    Promise.all([request(server, client, part.requests), refresh(client, upstream, nextDay, part.refreshes)]);
  await runQuarter(WARM_UP);

  const snapshots = [await measureMemory(server, client)];
  const rows: string[][] = [['done', 'requests', 'refreshes', 'resident', 'heap used', 'external']];
  const counted = { requests: 0, refreshes: 0 };
  const answers = async () => readMetric(client, 'is_bitcoin_lit_answers_total');
  const passes = async () => readMetric(client, 'is_bitcoin_lit_refreshes_total');
  const start = { requests: await answers(), refreshes: await passes() };
  const inMegabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;
  const show = ({ resident, heap, external }: Memory, quarter: number) =>
    rows.push([
      `${25 * quarter} %`,
      counted.requests.toLocaleString('en'),
      counted.refreshes.toLocaleString('en'),
      ...[resident, heap, external].map(inMegabytes),
    ]);
  for (const [quarter, look] of snapshots.entries()) {
    show(look, quarter);
    if (quarter === 4) break;
    await runQuarter(WORK_PER_QUARTER);
    counted.requests = (await answers()) - start.requests;
    counted.refreshes = (await passes()) - start.refreshes;
    snapshots.push(await measureMemory(server, client));
  }
  printTable(`${store.name}: memory after each quarter, garbage collected`, rows);
  const [before, after] = snapshots.slice(-2) as [Memory, Memory];
  const formatGrowth = (key: keyof Memory) => `${key} ${inMegabytes(after[key] - before[key])}`;
  const verdict =
    after.heap - before.heap > MAX_GROWTH_BYTES ? 'the last quarter GREW' : 'the last quarter did not grow';
  console.log(
    `${verdict} (difference: ${(['resident', 'heap', 'external'] as const).map(formatGrowth).join(', ')})\n`,
  );
}

pinToLoadCore();
await using upstream = await startUpstream();
for await (const store of eachStore(stores)) await measure(store, upstream);
