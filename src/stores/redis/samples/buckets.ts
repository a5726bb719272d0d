import type { HistoryBucket } from '../../../domain/bucket.ts';
import { ignoreRejection } from '../../../domain/errors.ts';
import { isPrice } from '../../../domain/gate.ts';
import { bucketStart, DAY, type Width, widen } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import type { Connection } from '../connection/connection.ts';
import type { Keys } from '../keys.ts';
import { groupBuckets } from '../rollups/group.ts';
import { LIMIT } from '../rollups/pages.ts';
import { readRollups } from '../rollups/read.ts';
import { readBuckets } from './raw-buckets.ts';

/** Milliseconds. */
const READ_LIMIT = 1000;

/** Hours or days that are read together: ten years of days, and two milliseconds of work. */
const MOST_ROLLUPS = 4800;

type Slices = AsyncGenerator<readonly HistoryBucket[]>;

/** The history's buckets: hours, days, and what is made of them, from rollups; all others from raw samples. */
export function createBuckets(connection: Pick<Connection, 'run'>, keys: Keys) {
  async function* fromRaw(range: Range, width: Width): Slices {
    const read = (from: number) =>
      connection.run((client) => readBuckets(client, keys, { from, to: range.to }, width), {
        limit: READ_LIMIT,
      });
    let asked = range.from < range.to ? read(range.from) : undefined;
    while (asked) {
      const { buckets, next } = await asked;
      // The next slice is on its way while this one is handed on.
      asked = next === undefined ? undefined : read(next);
      asked?.catch(ignoreRejection);
      if (buckets.length > 0) yield buckets;
    }
  }

  async function* fromRollups(range: Range, width: Width): Slices {
    const [kind, step] = width < DAY ? (['hours', HOUR] as const) : (['days', DAY] as const);
    const length = Math.floor((MOST_ROLLUPS * step) / width) * width;
    for (let from = range.from; from < range.to; from += length) {
      const slice = { from, to: Math.min(from + length, range.to) };
      const { since, buckets } = await connection.run((client) => readRollups(client, keys, kind, slice), {
        limit: READ_LIMIT,
      });
      // What is not made yet is read from raw samples, the bucket in which the others begin included; and all where an older
      // version counted prices that are ignored now, until that is repaired.
      const isValid = buckets.every(
        ({ priceMin = 1, priceMax = 1 }) => isPrice(priceMin) && isPrice(priceMax),
      );
      const made = !isValid
        ? slice.to
        : since <= slice.from
          ? slice.from
          : Math.min(widen({ from: since, to: since }, width).to, slice.to);
      if (made > slice.from) yield* fromRaw({ from: slice.from, to: made }, width);
      const rest = made > slice.from ? buckets.filter(({ start }) => start >= made) : buckets;
      if (rest.length > 0) yield width === step ? rest : groupBuckets(rest, width);
    }
  }

  return async function* buckets(range: Range, width: Width): Slices {
    // No sample is before the epoch.
    const from = Math.max(range.from, bucketStart(0, width));
    if (width < HOUR) return yield* fromRaw({ from, to: range.to }, width);
    const limit = bucketStart(LIMIT, width);
    yield* fromRollups({ from, to: Math.min(range.to, limit) }, width);
    yield* fromRaw({ from: Math.max(from, limit), to: range.to }, width);
  };
}
