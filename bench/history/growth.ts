// The cost of years of samples: cached read, uncached read and a refresh with a day of samples, with ten years and with
// one day stored, alternately. Needs wrk and taskset (Debian: wrk, util-linux), 350 MB of disk and 200 MB of memory.
import { parseArgs } from 'node:util';
import { type Client, openClient } from '../support/client.ts';
import { load, median, pinToLoadCore, type Server, startService } from '../support/pinned.ts';
import { dayFrom, SAMPLES_PER_DAY } from '../support/snapshots.ts';
import { type BenchStore, eachStore } from '../support/stores.ts';
import { printTable } from '../support/table.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const options = {
  stores: { type: 'string', default: 'sqlite,redis' },
  years: { type: 'string', default: '10' },
  pairs: { type: 'string', default: '10' },
  seconds: { type: 'string', default: '2' },
  reads: { type: 'string', default: '3000' },
  refreshes: { type: 'string', default: '20' },
} as const;
const { stores, ...given } = parseArgs({ options }).values;
const years = Number(given.years);
const pairs = Number(given.pairs);
const seconds = Number(given.seconds);
const reads = Number(given.reads);
const refreshes = Number(given.refreshes);

const PATH = '/is-bitcoin-lit';
const SAMPLE_INTERVAL_MS = 30_000;
const DAY_MS = 86_400_000;
const WARM_UP = 5;
const MAX_RATIO = 1.2;
const DATA_SETS = ['years', 'day'] as const;

/** The start of the samples that refreshes add: each adds the next day, and the last day is over. */
const END = Math.floor(Date.now() / DAY_MS) * DAY_MS - (refreshes + WARM_UP) * DAY_MS;

/** Values of both data sets, one per turn. */
interface Measurements {
  readonly years: number[];
  readonly day: number[];
}

/** Runs a service on each of the two data sets. */
async function withBothServices<T>(
  store: BenchStore,
  settings: Record<string, string>,
  work: (services: Record<(typeof DATA_SETS)[number], Server>) => Promise<T>,
): Promise<T> {
  await using years = await startService({ ...store.settings('years'), ...settings });
  await using day = await startService({ ...store.settings('day'), ...settings });
  return await work({ years, day });
}

/** Measures both, in alternating order. */
async function measureAlternately(
  count: number,
  measure: (set: (typeof DATA_SETS)[number]) => Promise<number>,
): Promise<Measurements> {
  const measurements: Measurements = { years: [], day: [] };
  for (let turn = 0; turn < count; turn += 1) {
    for (const set of turn % 2 === 0 ? DATA_SETS : DATA_SETS.toReversed())
      measurements[set].push(await measure(set));
  }
  return measurements;
}

/** The ratio is above 1 if ten years are slower. */
function row(what: string, turns: Measurements, show: (value: number) => string, isSpeed = false): string[] {
  const ratio = isSpeed ? median(turns.day) / median(turns.years) : median(turns.years) / median(turns.day);
  const verdict = ratio <= MAX_RATIO ? 'met' : 'missed';
  return [what, show(median(turns.day)), show(median(turns.years)), `${ratio.toFixed(2)} ×`, verdict];
}

function hotReads(store: BenchStore): Promise<Measurements> {
  return withBothServices(store, {}, async (services) => {
    const measure = async (set: keyof Measurements) =>
      (await load(`${services[set].address}${PATH}`, seconds)).perSecond;
    for (const set of DATA_SETS) await measure(set);
    return measureAlternately(pairs, measure);
  });
}

function coldReads(store: BenchStore): Promise<Measurements> {
  return withBothServices(store, { CACHE_TTL: '0' }, async (services) => {
    using years = openClient(services.years.address);
    using day = openClient(services.day.address);
    const clients = { years, day };
    const measure = (set: keyof Measurements) => clients[set].time('GET', PATH);
    await measureAlternately(reads / 3, measure);
    return await measureAlternately(reads, measure);
  });
}

async function refresh(client: Client, added: number): Promise<number> {
  const began = performance.now();
  const report = JSON.parse(await client.text('POST', '/refresh'));
  const duration = performance.now() - began;
  if (report.added === added && report.received === SAMPLES_PER_DAY) return duration;
  throw new Error(`unexpected report of a refresh: ${JSON.stringify(report)}`);
}

function refreshesOfDays(
  store: BenchStore,
  upstream: Upstream,
): Promise<{ newDay: Measurements; repeatedDay: Measurements }> {
  return withBothServices(store, { SENTICRYPT_URL: upstream.url }, async (services) => {
    using years = openClient(services.years.address);
    using day = openClient(services.day.address);
    const clients = { years, day };
    const newDay: Measurements = { years: [], day: [] };
    const repeatedDay: Measurements = { years: [], day: [] };
    for (let round = -WARM_UP; round < refreshes; round += 1) {
      await upstream.answer(dayFrom(END + (round + WARM_UP) * DAY_MS));
      const sets = round % 2 === 0 ? DATA_SETS : DATA_SETS.toReversed();
      for (const [turns, added] of [
        [newDay, SAMPLES_PER_DAY],
        [repeatedDay, 0],
      ] as const) {
        for (const set of sets) {
          const duration = await refresh(clients[set], added);
          if (round >= 0) turns[set].push(duration);
        }
      }
    }
    return { newDay, repeatedDay };
  });
}

async function measure(store: BenchStore, upstream: Upstream): Promise<void> {
  const length = { years: Math.round(years * 365.25) * DAY_MS, day: DAY_MS };
  const began = performance.now();
  for (const set of DATA_SETS) await store.fill(set, END - length[set], length[set] / SAMPLE_INTERVAL_MS);
  const took = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${store.name}: ${(length.years / SAMPLE_INTERVAL_MS).toLocaleString('en')} samples loaded in ${took} s\n`,
  );

  const formatMs = (value: number) => `${value.toFixed(value < 2 ? 3 : 1)} ms`;
  const hot = await hotReads(store);
  const cold = await coldReads(store);
  const { newDay, repeatedDay } = await refreshesOfDays(store, upstream);
  printTable(
    `${store.name}, medians; × is the time with years divided by that with a day, at most ${MAX_RATIO} ×`,
    [
      ['', 'one day stored', `${years} years stored`, 'ratio', 'target'],
      row('cached read', hot, (value) => `${Math.round(value)}/s`, true),
      row('uncached read', cold, formatMs),
      row('refresh, new day', newDay, formatMs),
      row('refresh, repeated day', repeatedDay, formatMs),
    ],
  );
}

pinToLoadCore();
await using upstream = await startUpstream();
for await (const store of eachStore(stores)) await measure(store, upstream);
