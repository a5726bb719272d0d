// One process against two workers, with all processes of the service on one core and the load on the other: alternating
// runs of the cached answer on open connections, and with a new connection for each request. Shows what a request costs
// in all processes of the service, and how far apart workers send a new answer. Needs wrk and taskset.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';
import { load, median, pinToLoadCore, type Server, startService } from './support/pinned.ts';
import { eachStore } from './support/stores.ts';
import { printTable } from './support/table.ts';
import { startUpstream } from './support/upstream.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  pairs: { type: 'string', default: '10' },
  seconds: { type: 'string', default: '2' },
  rounds: { type: 'string', default: '300' },
} as const;
const settings = parseArgs({ options }).values;
const PAIRS = Number(settings.pairs);
const SECONDS = Number(settings.seconds);
const ROUNDS = Number(settings.rounds);

/** Of the times in /proc (USER_HZ). */
const TICK_MS = 10;

/** Workers get every second connection. */
const READERS = 4;

pinToLoadCore();

/** The processor time of a process and its children, in milliseconds. */
function processorMs(pid: number | undefined): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const pids = [String(pid), ...children].filter(Boolean);
  const ticks = pids.map((one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, count) => sum + count) * TICK_MS;
}

async function measure({ address, child }: Server, headers: readonly string[]) {
  const before = processorMs(child.pid);
  const { perSecond, p99Ms } = await load(`${address}/is-bitcoin-lit`, SECONDS, headers);
  const costUs = ((processorMs(child.pid) - before) * 1000) / (perSecond * SECONDS);
  return { perSecond, p99Ms, costUs };
}

/** How many milliseconds lie between the first and the last reader's event, for each of several new answers. */
async function spreads(address: string, answerNext: () => Promise<void>): Promise<number[]> {
  let received: number[] = [];
  let onAll = (): void => undefined;
  async function openReader() {
    const request = get(`${address}/live`, { agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    // The answer that there was.
    await once(response, 'data');
    response.on('data', (part: Buffer) => {
      if (!part.includes('event: summary')) return;
      received.push(performance.now());
      if (received.length === READERS) onAll();
    });
    response.on('error', () => undefined);
    return request;
  }
  const requests = await Promise.all(Array.from({ length: READERS }, openReader));
  const all: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    received = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    onAll = resolve;
    await answerNext();
    await Promise.all([fetch(`${address}/refresh`, { method: 'POST' }), promise]);
    if (round >= 0) all.push(Math.max(...received) - Math.min(...received));
  }
  for (const request of requests) request.destroy();
  return all;
}

const rows = [['answer', 'throughput, × one', 'p99, × one', 'a request costs, one', 'two workers', 'here']];
const notes: string[] = [];
await using upstream = await startUpstream();
let newest = Date.now() - 3_600_000;
async function answerNext(): Promise<void> {
  newest += 1000;
  const price = String(30_000 + Math.random());
  await upstream.answer(JSON.stringify([{ timestamp: newest / 1000, btc_price: price, mean: 0.1 }]));
}

for await (const store of eachStore(settings.stores)) {
  const start = (set: string, workers: string) =>
    startService({ ...store.settings(set), SENTICRYPT_URL: upstream.url, WORKERS: workers });
  await using one = await start('one', '1');
  await using two = await start('two', '2');
  await answerNext();
  for (const { address } of [one, two]) await fetch(`${address}/refresh`, { method: 'POST' });
  for (const [what, headers] of [
    ['open connections', []],
    ['a connection each', ['Connection: close']],
  ] as const) {
    for (const server of [one, two]) await measure(server, headers);
    const runs: Record<'one' | 'two', Awaited<ReturnType<typeof measure>>>[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1)
      runs.push({ one: await measure(one, headers), two: await measure(two, headers) });
    const ratios = runs.map((run) => run.two.perSecond / run.one.perSecond);
    const cost = (name: 'one' | 'two') => `${median(runs.map((run) => run[name].costUs)).toFixed(0)} µs`;
    rows.push([
      `${store.name}, ${what}`,
      `${median(ratios).toFixed(2)} × (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
      `${median(runs.map((run) => run.two.p99Ms / run.one.p99Ms)).toFixed(2)} ×`,
      cost('one'),
      cost('two'),
      `${Math.round(median(runs.map((run) => run.two.perSecond)))}/s`,
    ]);
  }
  const apart = (await spreads(two.address, answerNext)).toSorted((one, other) => one - other);
  const [half, most, all] = [0.5, 0.99, 1].map((share) => apart[Math.ceil(share * ROUNDS) - 1]?.toFixed(1));
  notes.push(
    `${store.name}: a new answer reaches ${READERS} readers of two workers within ${half} ms (median), ${most} ms (p99) and ` +
      `${all} ms (worst) of the first in ${ROUNDS} refreshes; target: 5 ms`,
  );
}
printTable(`GET /is-bitcoin-lit, medians of ${PAIRS} alternating pairs of ${SECONDS} s`, rows);
for (const note of notes) console.log(note);
