import type { DatabaseSync } from 'node:sqlite';
import { isPrice } from '../../../domain/admission.ts';
import type { Sample } from '../../../domain/sample.ts';
import type { Range } from '../../../domain/time/range.ts';
import { prepareRow, prepareRows } from '../file/rows.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';
import type { Retention } from './retention.ts';

/** Rows per turn of the event loop: a millisecond or two of work. */
const SLICE = 2000;

const ROWS = `SELECT time, price, sentiment FROM sample WHERE time >= ? AND time < ? ORDER BY time LIMIT ${SLICE}`;

const OLDEST = `SELECT time FROM sample WHERE ${IS_VALID_PRICE} OR sentiment IS NOT NULL ORDER BY time LIMIT 1`;

type Row = [time: number, price: number | null, sentiment: number | null];

/** Skips rows whose only value is an invalid price. */
function* toSamples(rows: readonly Row[]): Generator<Sample> {
  for (const [time, price, sentiment] of rows) {
    const hasPrice = price !== null && isPrice(price);
    if (!hasPrice && sentiment === null) continue;
    yield { time, ...(hasPrice && { price }), ...(sentiment !== null && { sentiment }) };
  }
}

/** The first part of a range, and the range after it; `rest` is undefined at the end. */
export interface Slice<T> {
  readonly items: readonly T[];
  readonly rest: Range | undefined;
}

const OLDEST_HOUR = 'SELECT min(start) FROM hour WHERE start < ?';

export function prepareRange(database: DatabaseSync, { rawSince }: Pick<Retention, 'rawSince'>) {
  const rowsOf = prepareRows<Row>(database, ROWS);
  let oldestHour: ReturnType<typeof prepareRow<[start: number | null]>> | undefined;
  const oldest = prepareRows<[time: number]>(database, OLDEST);
  return {
    oldest(): number | undefined {
      const sample = oldest()[0]?.[0];
      const end = rawSince();
      if (end === 0) return sample;
      // Prepared when first needed, since a file of an earlier version has no hours.
      oldestHour ??= prepareRow(database, OLDEST_HOUR);
      const [hour = null] = oldestHour(end) ?? [];
      return hour === null ? sample : Math.min(hour, sample ?? hour);
    },
    slice({ from, to }: Range): Slice<Sample> {
      const rows = rowsOf(from, to);
      const last = rows.at(-1);
      const isWhole = rows.length < SLICE || !last;
      return { items: [...toSamples(rows)], rest: isWhole ? undefined : { from: last[0] + 1, to } };
    },
  };
}
