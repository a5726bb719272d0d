import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const expectedSql = (width: number): string => `
  SELECT time / ${width} * ${width} AS start, count(price) AS price_count, min(price) AS price_min, max(price) AS price_max,
    count(sentiment) AS sentiment_count, total(price) AS price_sum, total(sentiment) AS sentiment_sum
  FROM sample GROUP BY 1 ORDER BY 1
`;

const storedSql = (table: 'hour' | 'day'): string => `
  SELECT start, price_count, price_min, price_max, sentiment_count, price_sum, sentiment_sum
  FROM ${table} ORDER BY start
`;

/** The hours whose ends are not the prices of their first and last sample with a price. */
const end = (order: 'ASC' | 'DESC'): string =>
  `(SELECT price FROM sample WHERE price IS NOT NULL AND time >= start AND time < start + ${HOUR} ORDER BY time ${order} LIMIT 1)`;
const WRONG_ENDS = `
  SELECT start, price_sum, price_count, ${end('ASC')} AS first, ${end('DESC')} AS last FROM hour WHERE price_count > 0
  EXCEPT SELECT * FROM hour_end UNION ALL
  SELECT * FROM hour_end WHERE start NOT IN (SELECT start FROM hour WHERE price_count > 0)
`;

type Row = Record<string, number | null>;

function assertSame(rows: readonly Row[], expectedRows: readonly Row[], table: string): void {
  const exact = (all: readonly Row[]) => all.map(({ price_sum, sentiment_sum, ...rest }) => rest);
  assert.deepEqual(exact(rows), exact(expectedRows), `${table}s`);
  for (const [index, { price_sum: price, sentiment_sum: sentiment }] of expectedRows.entries()) {
    const near = (one: unknown, other: unknown) => Math.abs(Number(one) - Number(other)) < 1e-9 * 1e6;
    assert.ok(near(rows[index]?.['price_sum'], price) && near(rows[index]?.['sentiment_sum'], sentiment));
  }
}

/** Asserts that a file's hours and days match its samples, and that no repair is pending. */
export function assertRollupsMatchSamples(path: string): { samples: number } {
  using database = new DatabaseSync(path, { timeout: 5000 });
  const rows = (sql: string) => database.prepare(sql).all() as Row[];
  database.exec('BEGIN');
  assertSame(rows(storedSql('hour')), rows(expectedSql(HOUR)), 'hour');
  assert.deepEqual(rows(WRONG_ENDS), []);
  assertSame(rows(storedSql('day')), rows(expectedSql(DAY)), 'day');
  assert.deepEqual(rows('SELECT * FROM stale_hour'), []);
  assert.deepEqual(rows('SELECT * FROM own_change'), []);
  const [count] = rows('SELECT count(*) AS samples FROM sample');
  database.exec('COMMIT');
  return { samples: Number(count?.['samples']) };
}
