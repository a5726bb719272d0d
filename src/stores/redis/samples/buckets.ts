import type { HistoryBucket, Hour } from '../../../domain/bucket.ts';
import { ignoreRejection } from '../../../domain/errors.ts';
import { createHourColumns, type HourColumns, setHour } from '../../../domain/past/hour-columns.ts';
import { bucketStart, DAY, type Width, widen } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import type { Connection } from '../connection/connection.ts';
import type { Keys } from '../keys.ts';
import { groupBuckets } from '../rollups/group.ts';
import { LIMIT } from '../rollups/pages.ts';
import { type Rollups, readPages, readRollups } from '../rollups/read.ts';
import { readHourSlot, readSlot } from '../rollups/slot.ts';
import { readBuckets } from './raw-buckets.ts';

const READ_LIMIT_MS = 1000;

/** Hours or days per read: two milliseconds of work. */
const MAX_ROLLUPS = 4800;

type Slices = AsyncGenerator<readonly (HistoryBucket & Hour)[]>;

/** Reads buckets of an hour and more from rollups, and narrower ones from raw samples. */
export function createBuckets(connection: Pick<Connection, 'run'>, keys: Keys) {
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

  async function readHours({ from, to }: Range): Promise<HourColumns> {
    const { since, rawSince, forEach } = await connection.run(
      (client) => readPages(client, keys, 'hours', { from, to }),
      { limitMs: READ_LIMIT_MS },
    );
    const hours = createHourColumns(from, (to - from) / HOUR);
    const setFromPages = (part: Range) =>
      forEach(part, (page, at, start) => readHourSlot(page, at, hours, (start - from) / HOUR));
    const final = Math.max(from, Math.min(rawSince, to));
    const built = Math.max(final, Math.min(since, to));
    setFromPages({ from, to: final });
    await setFromRaw(hours, { from: final, to: built });
    setFromPages({ from: built, to });
    return hours;
  }

  async function* hours(range: Range): AsyncGenerator<HourColumns> {
    // No sample is before the epoch.
    const from = Math.max(0, range.from);
    const limit = Math.max(from, LIMIT);
    for (let at = from; at < Math.min(range.to, limit); ) {
      const to = Math.min(at + MAX_ROLLUPS * HOUR, range.to, limit);
      yield await readHours({ from: at, to });
      at = to;
    }
    for (let at = limit; at < range.to; ) {
      const to = Math.min(at + MAX_ROLLUPS * HOUR, range.to);
      const all = createHourColumns(at, (to - at) / HOUR);
      await setFromRaw(all, { from: at, to });
      yield all;
      at = to;
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
