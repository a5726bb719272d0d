import type { DatabaseSync } from 'node:sqlite';
import type { Bucket } from '../../../domain/bucket.ts';
import { type Newest, newestTime, REACH } from '../../../domain/sample.ts';
import type { ThreeHours } from '../../../domain/summary.ts';
import { threeHourRange, threeHourStarts } from '../../../domain/time/range.ts';
import { HOUR } from '../../../domain/time/time.ts';

type Row = Record<string, number | null>;

/** Bounded by how far back they look: a value that has been missing for years would cost a scan of all of them. */
const newestOf = (column: 'price' | 'sentiment'): string => `(
  SELECT time FROM sample
  WHERE time <= ?1 AND time > (SELECT max(time) FROM sample WHERE time <= ?1) - ${REACH} AND ${column} IS NOT NULL
  ORDER BY time DESC LIMIT 1
)`;

const ANY_PRICE = 'SELECT 1 FROM sample WHERE time <= ? AND price IS NOT NULL ORDER BY time LIMIT 1';

const NEWEST = `SELECT ${newestOf('price')} AS price, ${newestOf('sentiment')} AS sentiment`;

/** 2^-64: prices near the largest double are averaged at that scale, where their sum does not overflow. */
const SCALE = 2 ** -64;

const AVERAGES = `
  SELECT
    time / ${HOUR} * ${HOUR} AS start,
    avg(price) AS price,
    avg(price * ${SCALE}) AS scaledPrice,
    avg(sentiment) AS sentiment,
    count(price) AS priceSamples,
    count(sentiment) AS sentimentSamples
  FROM sample WHERE time >= ?1 AND time < ?2 GROUP BY 1
`;

const present = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

function bucket(start: number, row: Row | undefined): Bucket {
  const price = present(row?.['price']) ?? present(Number(row?.['scaledPrice'] ?? Number.NaN) / SCALE);
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
