import type { DatabaseSync } from 'node:sqlite';
import { isPrice } from '../../../domain/gate.ts';
import type { Sample } from '../../../domain/sample.ts';
import type { Range } from '../../../domain/time/range.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';

/** Rows between two turns of the event loop: a millisecond or two of work. */
const SLICE = 2000;

const ROWS = `SELECT time, price, sentiment FROM sample WHERE time >= ? AND time < ? ORDER BY time LIMIT ${SLICE}`;

const OLDEST = `SELECT time FROM sample WHERE ${IS_VALID_PRICE} OR sentiment IS NOT NULL ORDER BY time LIMIT 1`;

type Row = [time: number, price: number | null, sentiment: number | null];

/** No sample where the row has no value but a price that the gate would not accept. */
function* toSamples(rows: readonly Row[]): Generator<Sample> {
  for (const [time, price, sentiment] of rows) {
    const hasPrice = price !== null && isPrice(price);
    if (!hasPrice && sentiment === null) continue;
    yield { time, ...(hasPrice && { price }), ...(sentiment !== null && { sentiment }) };
  }
}

/** A slice of a range from its beginning, and what is left of the range after it; no rest where that was all. */
export interface Slice {
  readonly samples: readonly Sample[];
  readonly rest: Range | undefined;
}

export function prepareRange(database: DatabaseSync) {
  const query = database.prepare(ROWS);
  query.setReturnArrays(true);
  const oldestQuery = database.prepare(OLDEST);
  oldestQuery.setReturnArrays(true);
  return {
    oldest: () => (oldestQuery.get() as unknown as [time: number] | undefined)?.[0],
    slice({ from, to }: Range): Slice {
      const rows = query.all(from, to) as unknown as Row[];
      const last = rows.at(-1);
      const isWhole = rows.length < SLICE || !last;
      return { samples: [...toSamples(rows)], rest: isWhole ? undefined : { from: last[0] + 1, to } };
    },
  };
}
