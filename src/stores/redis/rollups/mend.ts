import { RESP_TYPES } from 'redis';
import { DAY } from '../../../domain/width.ts';
import type { Connection } from '../connection.ts';
import type { Keys } from '../keys.ts';
import type { Looked, Mended } from '../scripts.ts';
import { DAYS_PAGE, keysOf, SCHEMA } from './pages.ts';
import { countsOf, SLOT, viewOf } from './slot.ts';

/** Milliseconds until a server that does not answer is given up. */
const TIME_LIMIT = 5000;

/** Days that one call makes anew: three milliseconds of Redis' only thread. A page of hours has three times as many. */
const SLICE = 10 * DAY;

/** Days that are looked at in turn where nothing seems wrong: half a millisecond. */
const TURN = 2 * DAY;

/** Sweeps of one call: others may write while one is under way, and what is left is the next call's. */
const MOST_SWEEPS = 3;

interface Look {
  /** Since when all are made; undefined where that is not known. */
  readonly since: number | undefined;
  /** How many more prices and sentiments the samples have than the rollups say. */
  readonly missing: readonly [prices: number, sentiments: number];
  /** From the first day with a sample or a rollup to the end of the last one; epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Those with a rollup, ascending. */
  readonly days: readonly number[];
}

const startOf = (time: number, length: number): number => Math.floor(time / length) * length;

/** Counts of the days, and which are not empty. */
function sumDays(pages: readonly (Buffer | null)[]) {
  const counts: [number, number] = [0, 0];
  const days: number[] = [];
  for (const [index, text] of pages.entries()) {
    if (!text) continue;
    const page = viewOf(text);
    for (let at = 0; at + SLOT <= page.byteLength; at += SLOT) {
      const [prices, sentiments] = countsOf(page, at);
      counts[0] += prices;
      counts[1] += sentiments;
      if (prices + sentiments > 0) days.push(index * DAYS_PAGE + (at / SLOT) * DAY);
    }
  }
  return { counts, days };
}

/**
 * Makes rollups right where another writer changed samples, and builds them where there are none: days are made anew from
 * raw samples, the newest first, until the counts agree. Several may do so at once, and be ended at any time.
 */
export function createMend(connection: Pick<Connection, 'run'>, keys: Keys) {
  /** The next to be looked at in turn: its end. */
  let turn = 0;

  async function look(signal: AbortSignal): Promise<Look> {
    const reply: unknown = await connection.run(
      (client) => client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).look(keys),
      { limit: TIME_LIMIT, signal },
    );
    const [since, price, sentiment, pages] = reply as Looked;
    const { counts, days } = sumDays(pages);
    const series = [price, sentiment].filter(([count]) => count > 0);
    const edges = [...days.slice(0, 1), ...days.slice(-1)];
    const times = [...edges, ...series.flatMap(([, oldest, newest]) => [oldest, newest])];
    return {
      since: since ?? undefined,
      missing: [price[0] - counts[0], sentiment[0] - counts[1]],
      from: times.length === 0 ? 0 : startOf(Math.min(...times), DAY),
      to: times.length === 0 ? DAY : startOf(Math.max(...times), DAY) + DAY,
      days,
    };
  }

  /** Makes days of one page of hours, and says what it found, and where the ones before them end. */
  async function make(from: number, to: number, found: Look, signal: AbortSignal, above = to) {
    const isFirst = Number(to === found.to);
    const isLast = Number(from <= found.from);
    const reply: unknown = await connection.run(
      (client) => client.mend(keysOf(keys, from), SCHEMA, from, to, above, isFirst, isLast),
      { limit: TIME_LIMIT, signal },
    );
    const [isChanged, prices, sentiments, since, older] = reply as Mended;
    const rollup = older === null ? undefined : found.days.findLast((day) => day < from);
    // Over a gap, which may be of years.
    const last =
      older === null ? from : Math.max(startOf(older, DAY), rollup ?? found.from, found.from) + DAY;
    const next = Math.min(from, last);
    return { isChanged: isChanged === 1, prices, sentiments, since: since ?? undefined, next };
  }

  /** From where rollups are made, or from the newest day, down to the oldest one. */
  async function build(found: Look, signal: AbortSignal): Promise<boolean> {
    let isChanged = false;
    let above = found.since ?? found.to;
    for (let end = above; end > 0; ) {
      const start = startOf(end - 1, SLICE);
      const slice = await make(start, end, found, signal, above);
      isChanged ||= slice.isChanged;
      // The series went away, and the mark with them.
      if (slice.since === undefined) break;
      // Another process may have come further by now.
      above = slice.since;
      end = Math.min(above, slice.next);
    }
    return isChanged;
  }

  /** Until as many are found as were missing, and a slice in which all was right after that. */
  async function sweep(found: Look, signal: AbortSignal): Promise<boolean> {
    let isChanged = false;
    let [prices, sentiments] = found.missing;
    for (let end = found.to; end > found.from; ) {
      const slice = await make(startOf(end - 1, SLICE), end, found, signal);
      isChanged ||= slice.isChanged;
      prices -= slice.prices;
      sentiments -= slice.sentiments;
      if (prices === 0 && sentiments === 0 && !slice.isChanged) break;
      end = slice.next;
    }
    return isChanged;
  }

  /** What counts do not tell: values that were replaced. The two newest days, which others write, and two more in turn. */
  async function lookCloser(found: Look, signal: AbortSignal): Promise<boolean> {
    const { from, to } = found;
    const end = turn > from && turn <= to ? turn : startOf(to - 1, TURN) + TURN;
    turn = end - TURN;
    const slices = await Promise.all([
      make(to - DAY, to, found, signal),
      make(Math.max(0, to - 2 * DAY), Math.max(DAY, to - DAY), found, signal),
      make(turn, end, found, signal),
    ]);
    return slices.some((slice) => slice.isChanged);
  }

  return async function mend(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    let isChanged = false;
    for (let sweeps = 0; sweeps < MOST_SWEEPS; sweeps += 1) {
      const found = await look(signal);
      const isBuilt = found.since === 0;
      if (isBuilt && found.missing.every((count) => count === 0)) {
        return (sweeps === 0 && (await lookCloser(found, signal))) || isChanged;
      }
      const work = isBuilt ? sweep : build;
      isChanged = (await work(found, signal)) || isChanged;
    }
    return isChanged;
  };
}
