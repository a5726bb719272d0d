import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Connection } from '../connection/connection.ts';
import type { Keys } from '../keys.ts';
import type { Mended } from '../scripts.ts';
import { dayOf, type Look, look } from './find-stale.ts';
import { HOURS_PAGE, keysOf, pagesOf, SCHEMA } from './pages.ts';

/** Milliseconds until a server that does not answer is given up. */
const TIME_LIMIT = 5000;

/** Days that one call makes anew: two milliseconds of Redis' only thread. A page of hours has five times as many. */
const SLICE = 6 * DAY;

/** Days that are looked at in turn where nothing seems wrong: half a millisecond. */
const TURN = 2 * DAY;

/** Sweeps of one call: others may write while one is under way, and what is left is the next call's. */
const MOST_SWEEPS = 3;

const startOf = (time: number, length: number): number => Math.floor(time / length) * length;

/**
 * Makes rollups right where another writer changed samples, and builds them where there are none: days are made anew from
 * raw samples, the newest first, until the counts agree. Several may do so at once, and be ended at any time.
 */
export function createMend(connection: Pick<Connection, 'run'>, keys: Keys) {
  /** The next to be looked at in turn: its end. */
  let turn = 0;

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
    const last = older === null ? from : Math.max(dayOf(older), rollup ?? found.from, found.from) + DAY;
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

  /** Pages of hours that are gone, by their starts: evicted, or deleted by hand. The days say which there have to be. */
  async function lostPages({ days }: Look, signal: AbortSignal): Promise<number[]> {
    const starts = [...new Set(days.map((day) => startOf(day, HOURS_PAGE)))];
    const there = await connection.run(
      (client) =>
        Promise.all(
          starts.map((from) => client.exists(pagesOf(keys, 'hours', { from, to: from + DAY }).names)),
        ),
      { limit: TIME_LIMIT, signal },
    );
    return starts.filter((_, index) => there[index] === 0);
  }

  async function remakePages(starts: readonly number[], found: Look, signal: AbortSignal): Promise<boolean> {
    let isChanged = false;
    for (const start of starts) {
      for (let at = start; at < start + HOURS_PAGE; at += SLICE) {
        isChanged = (await make(at, at + SLICE, found, signal)).isChanged || isChanged;
      }
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
      const found = await look((ask) => connection.run(ask, { limit: TIME_LIMIT, signal }), keys);
      const isBuilt = found.since === 0;
      if (isBuilt && found.missing.every((count) => count === 0)) {
        const lost = await lostPages(found, signal);
        if (lost.length > 0) return (await remakePages(lost, found, signal)) || isChanged;
        return (sweeps === 0 && (await lookCloser(found, signal))) || isChanged;
      }
      const work = isBuilt ? sweep : build;
      isChanged = (await work(found, signal)) || isChanged;
    }
    return isChanged;
  };
}
