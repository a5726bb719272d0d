import { MAX_PRICE_USD } from '../../../domain/gate.ts';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';

/** Raised with every change of the tables. A file with a higher one was written by a newer version. */
export const SCHEMA_VERSION = 3;

/** The first version that keeps hours and days. */
export const VERSION_WITH_ROLLUPS = 3;

const rollup = (name: 'hour' | 'day'): string => `
  CREATE TABLE IF NOT EXISTS ${name} (
    start INTEGER PRIMARY KEY,
    price_sum REAL NOT NULL, price_count INTEGER NOT NULL, price_min REAL, price_max REAL,
    sentiment_sum REAL NOT NULL, sentiment_count INTEGER NOT NULL
  ) STRICT;
`;

/** Rounded down, which SQLite's own division does not do below 0. */
const hourOf = (time: string): string => `${time} - (${time} % ${HOUR} + ${HOUR}) % ${HOUR}`;

/** Who changes samples and says nothing in \`own_change\` is another program: its hours are to be mended. */
const noticed = (event: 'INSERT' | 'UPDATE' | 'DELETE', rows: readonly ('old' | 'new')[]): string => `
  CREATE TRIGGER IF NOT EXISTS sample_${event.toLowerCase()} AFTER ${event} ON sample
  WHEN NOT EXISTS (SELECT 1 FROM own_change) BEGIN
    ${rows.map((row) => `INSERT OR IGNORE INTO stale_hour VALUES (${hourOf(`${row}.time`)});`).join(' ')}
  END;
`;

/** What each version has brought: a file of an earlier one gets what it lacks. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sample (
    time INTEGER PRIMARY KEY,
    price REAL,
    sentiment REAL
  ) STRICT;
  -- Version 2: what sources remember.
  CREATE TABLE IF NOT EXISTS document (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS headline (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  -- Version 3: hours and days, the hours of which they do not tell what the samples do, and a row while we change samples.
  ${rollup('hour')}
  ${rollup('day')}
  CREATE TABLE IF NOT EXISTS stale_hour (start INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS own_change (id INTEGER PRIMARY KEY) STRICT;
  ${noticed('INSERT', ['new'])}
  ${noticed('UPDATE', ['old', 'new'])}
  ${noticed('DELETE', ['old'])}
`;

/**
 * Puts down every hour that has samples as one to be mended, for a file of a version without hours. It looks up one
 * sample an hour: a tenth of a second for ten years.
 */
export const ALL_HOURS_ARE_STALE = `
  WITH RECURSIVE held (at) AS (
    SELECT min(time) FROM sample
    UNION ALL
    SELECT (SELECT min(time) FROM sample WHERE time >= ${hourOf('at')} + ${HOUR}) FROM held WHERE at IS NOT NULL
  )
  INSERT OR IGNORE INTO stale_hour SELECT ${hourOf('at')} FROM held WHERE at IS NOT NULL;
`;

/** Leaves out prices that the gate does not accept: another program, or an older version, wrote them. */
export const IS_VALID_PRICE = `(price > 0 AND price <= ${MAX_PRICE_USD})`;

const VALID_PRICES = `(price) FILTER (WHERE ${IS_VALID_PRICE})`;

const HOUR_FROM_SAMPLES = `
  INSERT OR REPLACE INTO hour
  SELECT ?1, total${VALID_PRICES}, count${VALID_PRICES}, min${VALID_PRICES}, max${VALID_PRICES},
    total(sentiment), count(sentiment)
  FROM sample WHERE time >= ?1 AND time < ?1 + ${HOUR}
  HAVING count${VALID_PRICES} + count(sentiment) > 0
`;

const DAY_FROM_HOURS = `
  INSERT OR REPLACE INTO day
  SELECT ?1, total(price_sum), sum(price_count), min(price_min), max(price_max),
    total(sentiment_sum), sum(sentiment_count)
  FROM hour WHERE start >= ?1 AND start < ?1 + ${DAY} HAVING count(*) > 0
`;

/** How each rollup is made again, from the samples or from the finer one. Takes its start. */
export const ROLLUPS = { hour: HOUR_FROM_SAMPLES, day: DAY_FROM_HOURS } as const;
