import { setImmediate } from 'node:timers/promises';
import type { HistoryBucket, Hour } from '../../../domain/bucket.ts';
import { ignoreRejection } from '../../../domain/errors.ts';
import {
  createHourColumns,
  type HourColumns,
  partOf,
  setHour,
  within,
} from '../../../domain/past/hour-columns.ts';
import { bucketStart, DAY, type Width, widen } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { createHourPages, PAGE_HOURS, pageStart } from '../../hour-pages.ts';
import type { Client } from '../connection/client.ts';
import type { Connection } from '../connection/connection.ts';
import type { Keys } from '../keys.ts';
import { groupBuckets } from '../rollups/group.ts';
import { HOURS_PAGE, LIMIT } from '../rollups/pages.ts';
import { type Pages, type Rollups, readPages, readRollups } from '../rollups/read.ts';
import { readHourSlot, readSlot } from '../rollups/slot.ts';
import { readBuckets } from './raw-buckets.ts';

const READ_LIMIT_MS = 1000;

/** Hours or days per read: two milliseconds of work. */
const MAX_ROLLUPS = 4800;

/** Pages of hours per read: two milliseconds of work. */
const PAGES_PER_READ = 6;

type Slices = AsyncGenerator<readonly (HistoryBucket & Hour)[]>;

/** Reads buckets of an hour and more from rollups, and narrower ones from raw samples. */
export function createBuckets(connection: Pick<Connection, 'run'>, keys: Keys) {
  /** By the state in which they were read. */
  const kept = createHourPages();
  let lastClient: Client | undefined;

  async function* fromRaw(range: Range, width: Width, hasEnds = false): Slices {
    const read = (from: number) =>
      connection.run((client) => readBuckets(client, keys, { from, to: range.to }, width, hasEnds), {
        limitMs: READ_LIMIT_MS,
      });
    let pending = range.from < range.to ? read(range.from) : undefined;
    while (pending) {
      const { buckets, next } = await pending;
      // Requests the next slice while the caller uses this one.
      pending = next === undefined ? undefined : read(next);
      pending?.catch(ignoreRejection);
      if (buckets.length > 0) yield buckets;
    }
  }

  /** The hours or days of a slice that is final at first, and then not built yet. */
  async function withFinal(
    slice: Range,
    step: Width,
    rollups: Rollups<HistoryBucket>,
  ): Promise<HistoryBucket[]> {
    const { since, rawSince, buckets } = rollups;
    const final = Math.min(rawSince, slice.to);
    const built = Math.max(final, Math.min(since, slice.to));
    const all = buckets.filter(({ start }) => start < final);
    for await (const raw of fromRaw({ from: final, to: built }, step)) all.push(...raw);
    return all.concat(buckets.filter(({ start }) => start >= built));
  }

  async function* fromRollups(range: Range, width: Width): Slices {
    const [kind, step] = width < DAY ? (['hours', HOUR] as const) : (['days', DAY] as const);
    const length = Math.floor((MAX_ROLLUPS * step) / width) * width;
    for (let from = range.from; from < range.to; from += length) {
      const slice = { from, to: Math.min(from + length, range.to) };
      const { since, rawSince, buckets } = await connection.run(
        (client) => readRollups(client, keys, kind, slice, readSlot),
        { limitMs: READ_LIMIT_MS },
      );
      // Buckets without built rollups are read from raw samples, including the first one that is built in part.
      if (rawSince > slice.from && since > rawSince) {
        const steps = await withFinal(slice, step, { since, rawSince, buckets });
        if (steps.length > 0) yield width === step ? steps : groupBuckets(steps, width);
        continue;
      }
      const made =
        since <= slice.from ? slice.from : Math.min(widen({ from: since, to: since }, width).to, slice.to);
      if (made > slice.from) yield* fromRaw({ from: slice.from, to: made }, width);
      const rest = made > slice.from ? buckets.filter(({ start }) => start >= made) : buckets;
      if (rest.length > 0) yield width === step ? rest : groupBuckets(rest, width);
    }
  }

  async function setFromRaw(hours: HourColumns, range: Range): Promise<void> {
    for await (const buckets of fromRaw(range, HOUR, true)) {
      for (const hour of buckets) setHour(hours, hour);
    }
  }

  /** Reads pages of hours at one moment. */
  function readHourPages(range: Range): Promise<Pages> {
    const read = async (client: Client) => {
      const read = await readPages(client, keys, 'hours', range, true);
      // After a failover, an older state may look the same.
      if (client !== lastClient) kept.forget([]);
      lastClient = client;
      return read;
    };
    return connection.run(read, { limitMs: READ_LIMIT_MS });
  }

  /** The hours of a range in one of the pages. */
  async function hoursOf({ from, to }: Range, pages: Pages): Promise<HourColumns> {
    const { since, rawSince, state, forEach } = pages;
    const start = pageStart(from);
    const end = start + HOURS_PAGE;
    const hours = createHourColumns(start, PAGE_HOURS);
    const setFromPages = (part: Range) =>
      forEach(part, (page, at, hour) => readHourSlot(page, at, hours, (hour - start) / HOUR));
    const final = Math.max(start, Math.min(rawSince, end));
    const built = Math.max(final, Math.min(since, end));
    setFromPages({ from: start, to: final });
    setFromPages({ from: built, to: end });
    if (built === final) return partOf(kept.keep(hours, state), { from, to });
    await setFromRaw(hours, { from: Math.max(from, final), to: Math.min(built, to) });
    return within(hours, { from, to });
  }

  async function* hours(range: Range): AsyncGenerator<HourColumns> {
    // No sample is before the epoch.
    const from = Math.max(0, range.from);
    const limit = Math.max(from, LIMIT);
    const to = Math.min(range.to, limit);
    let pages = await readHourPages({ from: 0, to: 0 });
    let readTo = from;
    for (let at = from; at < to; await setImmediate()) {
      const part = { from: at, to: Math.min(pageStart(at) + HOURS_PAGE, to) };
      const known = at < readTo ? undefined : kept.recall(at, pages.state);
      if (!known && at >= readTo) {
        readTo = Math.min(pageStart(at) + PAGES_PER_READ * HOURS_PAGE, to);
        pages = await readHourPages({ from: at, to: readTo });
      }
      yield known ? partOf(known, part) : await hoursOf(part, pages);
      at = part.to;
    }
    for (let at = limit; at < range.to; ) {
      const end = Math.min(at + MAX_ROLLUPS * HOUR, range.to);
      const all = createHourColumns(at, (end - at) / HOUR);
      await setFromRaw(all, { from: at, to: end });
      yield all;
      at = end;
    }
  }

  async function* buckets(range: Range, width: Width): Slices {
    // No sample is before the epoch.
    const from = Math.max(range.from, bucketStart(0, width));
    if (width < HOUR) return yield* fromRaw({ from, to: range.to }, width);
    const limit = bucketStart(LIMIT, width);
    yield* fromRollups({ from, to: Math.min(range.to, limit) }, width);
    yield* fromRaw({ from: Math.max(from, limit), to: range.to }, width);
  }

  return { buckets, hours };
}
