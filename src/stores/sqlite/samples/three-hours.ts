import type { DatabaseSync } from 'node:sqlite';
import type { Bucket } from '../../../domain/bucket.ts';
import { type Newest, newestTime, REACH } from '../../../domain/sample.ts';
import type { ThreeHours } from '../../../domain/summary.ts';
import { threeHourRange, threeHourStarts } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { toBucket } from '../../sums.ts';
import { prepareRow } from '../file/rows.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';
import { atOneMoment } from '../file/transaction.ts';
import { prepareSums } from './raw-buckets.ts';
import type { Retention } from './retention.ts';

const HAS_SENTIMENT = 'sentiment IS NOT NULL';

/** Looks back only as far as `REACH`, since a value that has been missing for years would cost a scan of all of them. */
const newestOf = (condition: string): string => `(
  SELECT time FROM sample WHERE time <= ?1 AND ${condition} AND time > (
    SELECT time FROM sample WHERE time <= ?1 AND (${IS_VALID_PRICE} OR ${HAS_SENTIMENT}) ORDER BY time DESC LIMIT 1
  ) - ${REACH} ORDER BY time DESC LIMIT 1
)`;

const FIRST_PRICE = `SELECT time FROM sample WHERE time >= ? AND time < ? AND ${IS_VALID_PRICE} ORDER BY time LIMIT 1`;

/** The first day with prices whose samples are stored. */
const FIRST_DAY = 'SELECT start FROM day WHERE start >= ? AND price_count > 0 ORDER BY start LIMIT 1';

const IS_STALE = 'SELECT start FROM stale_hour LIMIT 1';

const NEWEST = `SELECT ${newestOf(IS_VALID_PRICE)} AS price, ${newestOf(HAS_SENTIMENT)} AS sentiment`;

const present = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** @param hasRollups false for a file of an earlier version that is only read. */
export function prepareThreeHours(
  database: DatabaseSync,
  hasRollups: boolean,
  retention: Pick<Retention, 'rawSince'>,
) {
  const newestQuery = database.prepare(NEWEST);
  const firstPriceIn = prepareRow<[time: number]>(database, FIRST_PRICE);
  const rollups = hasRollups
    ? {
        firstDay: prepareRow<[start: number]>(database, FIRST_DAY),
        isStale: prepareRow<[start: number]>(database, IS_STALE),
      }
    : undefined;
  const writesQuery = database.prepare(
    'SELECT total_changes() AS own, data_version AS others FROM pragma_data_version',
  );
  const sumsOf = prepareSums(database);
  let firstPrice: { readonly writes: string; readonly time: number } | undefined;

  function newest(latest: number): Newest {
    const row = newestQuery.get(latest);
    const sentiment = present(row?.['sentiment']);
    const price = present(row?.['price']) ?? priceOutOfReach(sentiment);
    return { ...(price !== undefined && { price }), ...(sentiment !== undefined && { sentiment }) };
  }

  /** The days say where to look, unless another program has changed some: all samples before the first price may be millions. */
  function findFirstPrice(): number {
    const rawSince = retention.rawSince();
    // Few samples are before: those of hours without averages.
    const [trimmed] = firstPriceIn(0, rawSince) ?? [];
    if (trimmed !== undefined) return trimmed;
    const firstDay = rollups && !rollups.isStale() ? rollups.firstDay(rawSince) : [rawSince];
    const [time] = (firstDay && firstPriceIn(firstDay[0] ?? 0, Number.MAX_SAFE_INTEGER)) ?? [];
    return time ?? Number.POSITIVE_INFINITY;
  }

  function priceOutOfReach(sentiment: number | undefined): number | undefined {
    if (sentiment === undefined) return undefined;
    const { own, others } = writesQuery.get() ?? {};
    const writes = `${own} ${others}`;
    if (firstPrice?.writes !== writes) {
      firstPrice = { writes, time: findFirstPrice() };
    }
    return firstPrice.time <= sentiment - REACH ? sentiment - REACH : undefined;
  }

  function threeHours(latest: number): ThreeHours | undefined {
    const times = newest(latest);
    const asOf = newestTime(times);
    if (asOf === undefined) return undefined;
    const { to } = threeHourRange(asOf, latest);
    const hour = (start: number): Bucket => {
      const { priceMin, priceMax, ...bucket } = toBucket(start, sumsOf(start, Math.min(start + HOUR, to)));
      return bucket;
    };
    const [first, second, third] = threeHourStarts(asOf);
    return { asOf, newest: times, hours: [hour(first), hour(second), hour(third)] };
  }

  return { newest, threeHours: (latest: number) => atOneMoment(database, () => threeHours(latest)) };
}
