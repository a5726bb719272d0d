import type { DatabaseSync } from 'node:sqlite';
import type { Bucket } from '../../../domain/bucket.ts';
import { type Newest, newestTime, REACH } from '../../../domain/sample.ts';
import type { ThreeHours } from '../../../domain/summary.ts';
import { threeHourRange, threeHourStarts } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';

type Row = Record<string, number | null>;

const HAS_SENTIMENT = 'sentiment IS NOT NULL';

/** Bounded by how far back they look: a value that has been missing for years would cost a scan of all of them. */
const newestOf = (condition: string): string => `(
  SELECT time FROM sample WHERE time <= ?1 AND ${condition} AND time > (
    SELECT time FROM sample WHERE time <= ?1 AND (${IS_VALID_PRICE} OR ${HAS_SENTIMENT}) ORDER BY time DESC LIMIT 1
  ) - ${REACH} ORDER BY time DESC LIMIT 1
)`;

const ANY_PRICE = `SELECT 1 FROM sample WHERE time <= ? AND ${IS_VALID_PRICE} ORDER BY time LIMIT 1`;

const NEWEST = `SELECT ${newestOf(IS_VALID_PRICE)} AS price, ${newestOf(HAS_SENTIMENT)} AS sentiment`;

const AVERAGES = `
  SELECT
    time / ${HOUR} * ${HOUR} AS start,
    avg(price) FILTER (WHERE ${IS_VALID_PRICE}) AS price,
    avg(sentiment) AS sentiment,
    count(price) FILTER (WHERE ${IS_VALID_PRICE}) AS priceSamples,
    count(sentiment) AS sentimentSamples
  FROM sample WHERE time >= ?1 AND time < ?2 GROUP BY 1
`;

const present = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function bucket(start: number, row: Row | undefined): Bucket {
  const price = present(row?.['price']);
  const sentiment = present(row?.['sentiment']);
  return {
    start,
    ...(price !== undefined && { price }),
    ...(sentiment !== undefined && { sentiment }),
    priceSamples: row?.['priceSamples'] ?? 0,
    sentimentSamples: row?.['sentimentSamples'] ?? 0,
  };
}

export function prepareThreeHours(database: DatabaseSync) {
  const newestQuery = database.prepare(NEWEST);
  const anyPriceQuery = database.prepare(ANY_PRICE);
  const writesQuery = database.prepare(
    'SELECT total_changes() AS own, data_version AS others FROM pragma_data_version',
  );
  let unpricedAt: string | undefined;
  const averagesQuery = database.prepare(AVERAGES);

  function newest(latest: number): Newest {
    const row = newestQuery.get(latest);
    const sentiment = present(row?.['sentiment']);
    const near = present(row?.['price']);
    const price = near ?? priceOutOfReach(sentiment);
    return { ...(price !== undefined && { price }), ...(sentiment !== undefined && { sentiment }) };
  }

  /** Where there never was a price this is a look at everything: it is taken once, until something is written. */
  function priceOutOfReach(sentiment: number | undefined): number | undefined {
    if (sentiment === undefined) return undefined;
    const { own, others } = writesQuery.get() ?? {};
    const writes = `${own} ${others}`;
    if (unpricedAt === writes) return undefined;
    if (anyPriceQuery.get(sentiment - REACH) !== undefined) return sentiment - REACH;
    unpricedAt = writes;
    return undefined;
  }

  function threeHours(latest: number): ThreeHours | undefined {
    const times = newest(latest);
    const asOf = newestTime(times);
    if (asOf === undefined) return undefined;
    const { from, to } = threeHourRange(asOf, latest);
    const rows = averagesQuery.all(from, to) as Row[];
    const hour = (start: number): Bucket =>
      bucket(
        start,
        rows.find((row) => row['start'] === start),
      );
    const [first, second, third] = threeHourStarts(asOf);
    return { asOf, newest: times, hours: [hour(first), hour(second), hour(third)] };
  }

  return { newest, threeHours };
}
