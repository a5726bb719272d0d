// What years of samples cost: the hot read, the cold read and a refresh of a day, with ten years kept beside one day kept,
// in turns. Wants wrk and taskset (Debian: wrk, util-linux), 350 MB of disk and 200 MB of memory.
import { parseArgs } from 'node:util';
import { type Client, openClient } from '../support/client.ts';
import { load, median, type Server, startService, stayOffTheServersCore } from '../support/pinned.ts';
import { dayFrom, SAMPLES_OF_A_DAY } from '../support/snapshots.ts';
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
const INTERVAL = 30_000;
const DAY = 86_400_000;
const WARM_UP = 5;
const TARGET = 1.2;
const SETS = ['years', 'day'] as const;

/** Each refresh brings the day after the one before, and the last one ends before now. */
const END = Math.floor(Date.now() / DAY) * DAY - (refreshes + WARM_UP) * DAY;

/** What is measured of both, one value each for every turn. */
interface Turns {
  readonly years: number[];
  readonly day: number[];
}

/** A service over each of the two sets. */
async function withBoth<T>(
  store: BenchStore,
  settings: Record<string, string>,
  work: (services: Record<(typeof SETS)[number], Server>) => Promise<T>,
): Promise<T> {
  await using years = await startService({ ...store.settings('years'), ...settings });
  await using day = await startService({ ...store.settings('day'), ...settings });
  return await work({ years, day });
}

/** First the one, then the other, by turns the other way round. */
async function inTurns(
  count: number,
  measure: (set: (typeof SETS)[number]) => Promise<number>,
): Promise<Turns> {
  const turns: Turns = { years: [], day: [] };
  for (let turn = 0; turn < count; turn += 1) {
    for (const set of turn % 2 === 0 ? SETS : SETS.toReversed()) turns[set].push(await measure(set));
  }
  return turns;
}

/** Above 1: ten years are slower. */
function row(what: string, turns: Turns, show: (value: number) => string, isSpeed = false): string[] {
  const ratio = isSpeed ? median(turns.day) / median(turns.years) : median(turns.years) / median(turns.day);
  const verdict = ratio <= TARGET ? 'met' : 'missed';
  return [what, show(median(turns.day)), show(median(turns.years)), `${ratio.toFixed(2)} ×`, verdict];
}

function hotReads(store: BenchStore): Promise<Turns> {
  return withBoth(store, {}, async (services) => {
    const measure = async (set: keyof Turns) =>
      (await load(`${services[set].address}${PATH}`, seconds)).perSecond;
    for (const set of SETS) await measure(set);
    return inTurns(pairs, measure);
  });
}

function coldReads(store: BenchStore): Promise<Turns> {
  return withBoth(store, { CACHE_TTL: '0' }, async (services) => {
    using years = openClient(services.years.address);
    using day = openClient(services.day.address);
    const clients = { years, day };
    const measure = (set: keyof Turns) => clients[set].time('GET', PATH);
    await inTurns(reads / 3, measure);
    return await inTurns(reads, measure);
  });
}

async function refresh(client: Client, added: number): Promise<number> {
  const began = performance.now();
  const report = JSON.parse(await client.text('POST', '/refresh'));
  const duration = performance.now() - began;
  if (report.added === added && report.received === SAMPLES_OF_A_DAY) return duration;
  throw new Error(`a refresh brought ${JSON.stringify(report)}`);
}

function refreshesOfDays(store: BenchStore, upstream: Upstream): Promise<{ fresh: Turns; again: Turns }> {
  return withBoth(store, { SENTICRYPT_URL: upstream.url }, async (services) => {
    using years = openClient(services.years.address);
    using day = openClient(services.day.address);
    const clients = { years, day };
    const fresh: Turns = { years: [], day: [] };
    const again: Turns = { years: [], day: [] };
    for (let round = -WARM_UP; round < refreshes; round += 1) {
      await upstream.answer(dayFrom(END + (round + WARM_UP) * DAY));
      const sets = round % 2 === 0 ? SETS : SETS.toReversed();
      for (const [turns, added] of [
        [fresh, SAMPLES_OF_A_DAY],
        [again, 0],
      ] as const) {
        for (const set of sets) {
          const duration = await refresh(clients[set], added);
          if (round >= 0) turns[set].push(duration);
        }
      }
    }
    return { fresh, again };
  });
}

async function measure(store: BenchStore, upstream: Upstream): Promise<void> {
  const length = { years: Math.round(years * 365.25) * DAY, day: DAY };
  const began = performance.now();
  for (const set of SETS) await store.fill(set, END - length[set], length[set] / INTERVAL);
  const took = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${store.name}: ${(length.years / INTERVAL).toLocaleString('en')} samples loaded in ${took} s\n`,
  );

  const inMs = (value: number) => `${value.toFixed(value < 2 ? 3 : 1)} ms`;
  const hot = await hotReads(store);
  const cold = await coldReads(store);
  const { fresh, again } = await refreshesOfDays(store, upstream);
  printTable(
    `${store.name}, medians in turns; × is the time that years take, against a day; at most ${TARGET} ×`,
    [
      ['', 'one day kept', `${years} years kept`, 'ratio', 'target'],
      row('hot read', hot, (value) => `${Math.round(value)}/s`, true),
      row('cold read', cold, inMs),
      row('refresh, day new', fresh, inMs),
      row('refresh, day again', again, inMs),
    ],
  );
}

stayOffTheServersCore();
await using upstream = await startUpstream();
for await (const store of eachStore(stores)) await measure(store, upstream);
