import { DatabaseSync } from 'node:sqlite';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { type Damage, damageAt } from '../../damage.ts';
import { ROLLUP_COLUMNS, SCHEMA, startOf, VALID_PRICES } from '../file/schema.ts';

const HOURS_FROM_SAMPLES = `
  SELECT ${startOf('time', HOUR)} AS start, total${VALID_PRICES} AS price_sum, count${VALID_PRICES} AS price_count,
    min${VALID_PRICES} AS price_min, max${VALID_PRICES} AS price_max,
    total(sentiment) AS sentiment_sum, count(sentiment) AS sentiment_count
  FROM sample WHERE time >= ?1 GROUP BY 1 HAVING count${VALID_PRICES} + count(sentiment) > 0
`;

const DAYS_FROM_HOURS = `
  SELECT ${startOf('start', DAY)} AS start, total(price_sum) AS price_sum, sum(price_count) AS price_count,
    min(price_min) AS price_min, max(price_max) AS price_max,
    total(sentiment_sum) AS sentiment_sum, sum(sentiment_count) AS sentiment_count
  FROM hour WHERE start >= ?1 GROUP BY 1
`;

/** Sums may differ in the last digits, depending on the version of SQLite that computed them. */
const differs = (column: string): string =>
  column.endsWith('_sum')
    ? `abs(one.${column} - other.${column}) > 1e-9 * max(abs(one.${column}), abs(other.${column}), 1e-3)`
    : `one.${column} IS NOT other.${column}`;

const isMore = (column: string): string => `coalesce(one.${column}, 0) > coalesce(other.${column}, 0)`;

const differences = (table: 'hour' | 'day', expected: string): string => `
  SELECT coalesce(one.start, other.start) AS start,
    ${isMore('price_count')} OR ${isMore('sentiment_count')} AS has_more
  FROM (SELECT * FROM ${table} WHERE start >= ?1) AS one FULL JOIN (${expected}) AS other ON one.start = other.start
  WHERE one.start IS NULL OR other.start IS NULL OR ${ROLLUP_COLUMNS.map(differs).join(' OR ')} ORDER BY 1
`;

interface WrongRollup {
  readonly start: number;
  /** Whether it covers more samples than exist. */
  readonly hasMore: boolean;
}

/** The hours and days that are not what their samples and hours give, except hours that are known to be stale. */
export function wrongRollups(
  database: DatabaseSync,
  rawSince: number,
): { hours: readonly WrongRollup[]; days: readonly WrongRollup[] } {
  const wrong = (sql: string, from: number): WrongRollup[] =>
    database
      .prepare(sql)
      .all(from)
      .map(({ start, has_more: more }) => ({ start: Number(start), hasMore: more === 1 }));
  const stale = new Set(
    wrong('SELECT start FROM stale_hour WHERE start >= ?', rawSince).map(({ start }) => start),
  );
  return {
    hours: wrong(differences('hour', HOURS_FROM_SAMPLES), rawSince).filter(({ start }) => !stale.has(start)),
    days: wrong(differences('day', DAYS_FROM_HOURS), 0),
  };
}

/** A trimmed day that lost hours: its averages are all that is left. */
export const isRemnant = ({ start, hasMore }: WrongRollup, rawSince: number): boolean =>
  hasMore && start < rawSince;

const startsOf = (rollups: readonly WrongRollup[]): number[] => rollups.map(({ start }) => start);

export function describeWrong({ hours, days }: ReturnType<typeof wrongRollups>, rawSince: number): Damage[] {
  const [more, others] = [hours.filter(({ hasMore }) => hasMore), hours.filter(({ hasMore }) => !hasMore)];
  const remnants = days.filter((day) => isRemnant(day, rawSince));
  const derived = days.filter((day) => !isRemnant(day, rawSince));
  return [
    ...damageAt(startsOf(others), 'hours that do not match their samples', 'derived'),
    ...damageAt(startsOf(more), 'hours with more samples than are stored, left unchanged', 'lost'),
    ...damageAt(startsOf(derived), 'days that do not match their hours', 'derived'),
    ...damageAt(startsOf(remnants), 'trimmed days that lost some of their hours', 'lost'),
  ];
}

type Definitions = ReadonlyMap<string, { readonly type: string; readonly sql: string }>;

function definitionsOf(database: DatabaseSync): Definitions {
  const rows = database.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql NOT NULL').all();
  return new Map(
    rows.map(({ type, name, sql }) => [
      String(name),
      { type: String(type), sql: String(sql).replace(/\s+/g, '') },
    ]),
  );
}

/** A table or trigger that is missing, or not as this version defines it. */
interface WrongDefinition {
  readonly type: string;
  readonly name: string;
  readonly isMissing: boolean;
}

/** Compares the definitions of tables and triggers with those of this version. */
export function wrongDefinitions(database: DatabaseSync): WrongDefinition[] {
  using empty = new DatabaseSync(':memory:');
  empty.exec(SCHEMA);
  const found = definitionsOf(database);
  return [...definitionsOf(empty)]
    .filter(([name, { sql }]) => found.get(name)?.sql !== sql)
    .map(([name, { type }]) => ({ type, name, isMissing: !found.has(name) }));
}

/** A missing table is computed from the others. One with another definition is copied into a right one. */
export const describeDefinition = ({ type, name, isMissing }: WrongDefinition): Damage => ({
  what: `the ${type} ${name} ${isMissing ? 'is missing' : 'has another definition'}`,
  kind: type === 'table' && !isMissing ? 'readable' : 'derived',
});
