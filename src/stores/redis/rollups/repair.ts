import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { type Comparison, findStale } from './find-stale.ts';
import { HOURS_PAGE, keysOf, pagesOf, ROLLUPS_LUA, SCHEMA } from './pages.ts';

type Reply = [
  isChanged: 0 | 1,
  prices: number,
  sentiments: number,
  since: number | null,
  older: number | null,
  ignoredPrices: number,
];

const script = loadScript<Reply>([...ROLLUPS_LUA, new URL('repair.lua', import.meta.url)]);

const TIME_LIMIT_MS = 5000;

/** Days per call of the script: two milliseconds of Redis' only thread. Divides a page of hours. */
const SLICE_MS = 6 * DAY;

/** Days per call if the counts agree: half a millisecond. */
const CHECK_MS = 2 * DAY;

/** Sweeps per repair. Other processes may write during a sweep; the next repair finds the rest. */
const MAX_SWEEPS = 3;

const startOf = (time: number, length: number): number => Math.floor(time / length) * length;

/**
 * Repairs rollups after another writer changed samples, and builds missing ones: it recomputes days from raw samples, the
 * newest first, until the counts agree. Several processes may repair at once, and stop at any time.
 */
export function createRepair(
  connection: Pick<Connection, 'run'>,
  keys: Keys,
  onIgnored: (prices: number) => void,
) {
  /** The number of invalid prices, which the rollups always lack. It holds as long as no samples are removed. */
  let ignoredPrices = 0;
  let removals = 0;
  let warnedOf = 0;

  /** The end of the next days to check if the counts agree. */
  let nextCheck = 0;

  /** Recomputes days of one page of hours. @returns the script's reply, and the end of the next older days. */
  async function rebuild(from: number, to: number, found: Comparison, signal: AbortSignal, above = to) {
    const isFirst = Number(to === found.to);
    const isLast = Number(from <= found.from);
    const [isChanged, prices, sentiments, since, older, ignored] = await connection.run(
      (client) => script(client, keysOf(keys, from), [SCHEMA, from, to, above, isFirst, isLast]),
      { limitMs: TIME_LIMIT_MS, signal },
    );
    const rollup = older === null ? undefined : found.days.findLast((day) => day < from);
    // Skips a gap, which may last years.
    const last =
      older === null ? from : Math.max(bucketStart(older, DAY), rollup ?? found.from, found.from) + DAY;
    const next = Math.min(from, last);
    return { isChanged: isChanged === 1, prices, sentiments, since: since ?? undefined, next, ignored };
  }

  /** Builds rollups from the oldest built day, or from the newest day, down to the oldest day. */
  async function build(found: Comparison, signal: AbortSignal): Promise<boolean> {
    let isChanged = false;
    let above = found.since ?? found.to;
    for (let end = above; end > 0; ) {
      const start = startOf(end - 1, SLICE_MS);
      const slice = await rebuild(start, end, found, signal, above);
      isChanged ||= slice.isChanged;
      // The series was deleted, and with it the state of the rollups.
      if (slice.since === undefined) break;
      // Another process may have built more meanwhile.
      above = slice.since;
      end = Math.min(above, slice.next);
    }
    return isChanged;
  }

  /** Goes down until all missing samples are found and one more slice is unchanged. At the end, it counts ignored prices. */
  async function sweep(found: Comparison, signal: AbortSignal): Promise<boolean> {
    let isChanged = false;
    let ignored = 0;
    let [prices, sentiments] = found.missing;
    prices -= ignoredPrices;
    for (let end = found.to; end > found.from; ) {
      const slice = await rebuild(startOf(end - 1, SLICE_MS), end, found, signal);
      isChanged ||= slice.isChanged;
      prices -= slice.prices;
      sentiments -= slice.sentiments;
      ignored += slice.ignored;
      if (prices === 0 && sentiments === 0 && !slice.isChanged) return isChanged;
      end = slice.next;
    }
    if (ignored > 0 && ignored !== warnedOf) onIgnored(ignored);
    warnedOf = ignored;
    ignoredPrices = ignored;
    return isChanged;
  }

  /** The starts of pages of hours that were evicted or deleted by hand, although there are days for them. */
  async function pagesToRebuild({ days }: Comparison, signal: AbortSignal): Promise<number[]> {
    const starts = [...new Set(days.map((day) => startOf(day, HOURS_PAGE)))];
    const counts = await connection.run(
      (client) =>
        Promise.all(
          starts.map((from) => client.exists(pagesOf(keys, 'hours', { from, to: from + DAY }).names)),
        ),
      { limitMs: TIME_LIMIT_MS, signal },
    );
    return starts.filter((_, index) => counts[index] === 0);
  }

  async function rebuildPages(
    starts: readonly number[],
    found: Comparison,
    signal: AbortSignal,
  ): Promise<boolean> {
    let isChanged = false;
    for (const start of starts) {
      for (let at = start; at < start + HOURS_PAGE; at += SLICE_MS) {
        isChanged = (await rebuild(at, at + SLICE_MS, found, signal)).isChanged || isChanged;
      }
    }
    return isChanged;
  }

  /** Finds replaced values, which counts do not show: in the two newest days, and in two more in turn. */
  async function check(found: Comparison, signal: AbortSignal): Promise<boolean> {
    const { from, to } = found;
    const end = nextCheck > from && nextCheck <= to ? nextCheck : startOf(to - 1, CHECK_MS) + CHECK_MS;
    nextCheck = end - CHECK_MS;
    const slices = await Promise.all([
      rebuild(to - DAY, to, found, signal),
      rebuild(Math.max(0, to - 2 * DAY), Math.max(DAY, to - DAY), found, signal),
      rebuild(nextCheck, end, found, signal),
    ]);
    return slices.some((slice) => slice.isChanged);
  }

  return async function repair(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    let isChanged = false;
    for (let sweeps = 0; sweeps < MAX_SWEEPS; sweeps += 1) {
      const found = await findStale(
        (commands) => connection.run(commands, { limitMs: TIME_LIMIT_MS, signal }),
        keys,
      );
      const isBuilt = found.since === 0;
      if (!isBuilt || found.removals !== removals) ignoredPrices = 0;
      removals = found.removals;
      if (isBuilt && found.missing[0] === ignoredPrices && found.missing[1] === 0) {
        const lost = await pagesToRebuild(found, signal);
        if (lost.length > 0) return (await rebuildPages(lost, found, signal)) || isChanged;
        return (sweeps === 0 && (await check(found, signal))) || isChanged;
      }
      const work = isBuilt ? sweep : build;
      isChanged = (await work(found, signal)) || isChanged;
    }
    return isChanged;
  };
}
