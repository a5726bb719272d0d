import type { DatabaseSync } from 'node:sqlite';
import type { Sample } from '../../../domain/sample.ts';
import type { Range } from '../../../domain/time/range.ts';

/** Rows between two turns of the event loop: a millisecond or two of work. */
const SLICE = 2000;

const ROWS = `SELECT time, price, sentiment FROM sample WHERE time >= ? AND time < ? ORDER BY time LIMIT ${SLICE}`;

type Row = [time: number, price: number | null, sentiment: number | null];

function toSample([time, price, sentiment]: Row): Sample {
  return { time, ...(price !== null && { price }), ...(sentiment !== null && { sentiment }) };
}

/** A slice of a range from its beginning, and what is left of the range after it; no rest where that was all. */
export interface Slice {
  readonly samples: readonly Sample[];
  readonly rest: Range | undefined;
}

export function prepareRange(database: DatabaseSync) {
  const query = database.prepare(ROWS);
  query.setReturnArrays(true);
  const oldestQuery = database.prepare('SELECT min(time) FROM sample');
  oldestQuery.setReturnArrays(true);
  return {
    oldest: () => (oldestQuery.get() as unknown as [time: number | null])[0] ?? undefined,
    slice({ from, to }: Range): Slice {
      const rows = query.all(from, to) as unknown as Row[];
      const last = rows.at(-1);
      const isWhole = rows.length < SLICE || !last;
      return { samples: rows.map(toSample), rest: isWhole ? undefined : { from: last[0] + 1, to } };
    },
  };
}
