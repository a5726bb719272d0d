import { MAX_PRICE_USD } from '../../../domain/admission.ts';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';

/** Increased with every change of the tables. A newer version wrote a file with a higher one. */
export const SCHEMA_VERSION = 5;

/** The first version with hours and days. */
export const VERSION_WITH_ROLLUPS = 3;

/** The first version that trims samples. Earlier ones would recompute hours from samples that are gone. */
export const VERSION_WITH_RETENTION = 5;

export const ROLLUP_COLUMNS = [
  'price_sum',
  'price_count',
  'price_min',
  'price_max',
  'sentiment_sum',
  'sentiment_count',
] as const;

const rollup = (name: 'hour' | 'day'): string => `
  CREATE TABLE IF NOT EXISTS ${name} (
    start INTEGER PRIMARY KEY,
    price_sum REAL NOT NULL, price_count INTEGER NOT NULL, price_min REAL, price_max REAL,
    sentiment_sum REAL NOT NULL, sentiment_count INTEGER NOT NULL
  ) STRICT;
`;

/** Rounds down, unlike SQLite's division, which rounds negative numbers up. */
export const startOf = (time: string, width: number): string =>
  `${time} - (${time} % ${width} + ${width}) % ${width}`;

const hourOf = (time: string): string => startOf(time, HOUR);

/** Marks the hours whose samples another program changes, which does not use \`own_change\`. */
const staleTrigger = (event: 'INSERT' | 'UPDATE' | 'DELETE', rows: readonly ('old' | 'new')[]): string => `
  CREATE TRIGGER IF NOT EXISTS sample_${event.toLowerCase()} AFTER ${event} ON sample
  WHEN NOT EXISTS (SELECT 1 FROM own_change) BEGIN
    ${rows.map((row) => `INSERT OR IGNORE INTO stale_hour VALUES (${hourOf(`${row}.time`)});`).join(' ')}
  END;
`;

/** All tables. Upgrading a file creates those that it lacks. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sample (
    time INTEGER PRIMARY KEY,
    price REAL,
    sentiment REAL
  ) STRICT;
  -- Version 2: the state of sources.
  CREATE TABLE IF NOT EXISTS document (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS headline (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  -- Version 3: hours and days; the hours to recompute; and a row while this service changes samples.
  ${rollup('hour')}
  ${rollup('day')}
  -- Version 4: the prices at the ends of hours. In a separate table, so that an older version that runs meanwhile can go on
  -- writing; it writes the hour alone, so the sum and the count of the hour tell whether its ends belong to it.
  CREATE TABLE IF NOT EXISTS hour_end (
    start INTEGER PRIMARY KEY, price_sum REAL NOT NULL, price_count INTEGER NOT NULL,
    price_first REAL NOT NULL, price_last REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS stale_hour (start INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS own_change (id INTEGER PRIMARY KEY) STRICT;
  -- Version 5: one row. Samples before \`raw_since\`, a midnight in UTC, were trimmed, and their hours and days are final.
  CREATE TABLE IF NOT EXISTS retention (
    id INTEGER PRIMARY KEY CHECK (id = 1), raw_since INTEGER NOT NULL DEFAULT 0, held_until INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  ${staleTrigger('INSERT', ['new'])}
  ${staleTrigger('UPDATE', ['old', 'new'])}
  ${staleTrigger('DELETE', ['old'])}
`;

/**
 * Marks every hour with samples as stale, in a file of a version without hours. It looks up one sample per hour, which takes
 * a tenth of a second for ten years.
 */
export const ALL_HOURS_ARE_STALE = `
  WITH RECURSIVE held (at) AS (
    SELECT min(time) FROM sample
    UNION ALL
    SELECT (SELECT min(time) FROM sample WHERE time >= ${hourOf('at')} + ${HOUR}) FROM held WHERE at IS NOT NULL
  )
  INSERT OR IGNORE INTO stale_hour SELECT ${hourOf('at')} FROM held WHERE at IS NOT NULL;
`;

/** Changes with each commit of another connection. */
export const DATA_VERSION = 'SELECT data_version FROM pragma_data_version';

/** Excludes invalid prices, which another program or an older version wrote. */
export const IS_VALID_PRICE = `(price > 0 AND price <= ${MAX_PRICE_USD})`;

const endOf = (start: string, order: 'ASC' | 'DESC'): string => `(
  SELECT price FROM sample WHERE time >= ${start} AND time < ${start} + ${HOUR} AND ${IS_VALID_PRICE}
  ORDER BY time ${order} LIMIT 1
)`;

const ENDS = `SELECT start, price_sum, price_count, ${endOf('start', 'ASC')}, ${endOf('start', 'DESC')} FROM hour`;

/**
 * Adds the prices at the ends of hours to a file of an earlier version. It looks up two samples per hour, which takes half a
 * second for ten years.
 */
export const ADD_ENDS = `INSERT OR IGNORE INTO hour_end ${ENDS} WHERE price_count > 0;`;

/** The first or the last price of the hour that begins at the parameter. */
export const END_OF_HOUR = {
  first: `SELECT ${endOf('?1', 'ASC')}`,
  last: `SELECT ${endOf('?1', 'DESC')}`,
} as const;

/** To be put after the name of an aggregate function. */
export const VALID_PRICES = `(price) FILTER (WHERE ${IS_VALID_PRICE})`;

const hourFromSamples = (prices: string, condition: string): string => `
  INSERT OR REPLACE INTO hour
  SELECT ?1, total${prices}, count${prices}, min${prices}, max${prices}, total(sentiment), count(sentiment)
  FROM sample WHERE time >= ?1 AND time < ?1 + ${HOUR}
  HAVING count${prices} + count(sentiment) > 0 AND ${condition}
`;

/** Recomputes an hour if all its prices are valid, in little more than half the time; otherwise, it does nothing. */
export const VALID_HOUR = hourFromSamples(
  '(price)',
  `(count(price) = 0 OR (min(price) > 0 AND max(price) <= ${MAX_PRICE_USD}))`,
);

const DAY_FROM_HOURS = `
  INSERT OR REPLACE INTO day
  SELECT ?1, total(price_sum), sum(price_count), min(price_min), max(price_max),
    total(sentiment_sum), sum(sentiment_count)
  FROM hour WHERE start >= ?1 AND start < ?1 + ${DAY} HAVING count(*) > 0
`;

/** Adds ends that are missing in a range of hours, or do not belong to them. Their samples are about to be trimmed. */
export const COMPLETE_ENDS = `
  INSERT OR REPLACE INTO hour_end ${ENDS} WHERE price_count > 0 AND start >= ?1 AND start < ?2 AND NOT EXISTS (
    SELECT 1 FROM hour_end WHERE hour_end.start = hour.start
      AND hour_end.price_sum = hour.price_sum AND hour_end.price_count = hour.price_count
  )
`;

const END_FROM_SAMPLES = `INSERT OR REPLACE INTO hour_end ${ENDS} WHERE start = ?1 AND price_count > 0`;

/** Recomputes a rollup from the samples, or a day or the ends of an hour from hours too. The parameter is its start. */
export const ROLLUPS = {
  hour: hourFromSamples(VALID_PRICES, 'true'),
  hour_end: END_FROM_SAMPLES,
  day: DAY_FROM_HOURS,
} as const;
