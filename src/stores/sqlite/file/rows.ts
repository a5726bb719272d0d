import type { DatabaseSync } from 'node:sqlite';

/** Prepares a query that returns rows as arrays. The caller vouches for their types. */
export function prepareRows<Row>(database: DatabaseSync, sql: string): (...values: number[]) => Row[] {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return (...values) => statement.all(...values) as unknown as Row[];
}

/** Prepares a query for one row, which is faster than a list. */
export function prepareRow<Row>(database: DatabaseSync, sql: string) {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return (...values: number[]) => statement.get(...values) as unknown as Row | undefined;
}
