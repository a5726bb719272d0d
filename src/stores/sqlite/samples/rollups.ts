import type { DatabaseSync } from 'node:sqlite';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { ROLLUPS, VALID_HOUR } from '../file/schema.ts';

export interface ChangedHours {
  /** The starts of the hours to recompute. Trimmed hours are not among them: see `untrimmedHours`. */
  readonly hours: ReadonlySet<number>;
  /** The starts of trimmed hours whose averages were deleted. */
  readonly erased?: readonly number[];
}

export const hourOf = (time: number): number => bucketStart(time, HOUR);

function prepareRollup(database: DatabaseSync, name: keyof typeof ROLLUPS, ...first: string[]) {
  // The first that finds something to store is enough.
  const statements = [...first, ROLLUPS[name], `DELETE FROM ${name} WHERE start = ?`].map((sql) =>
    database.prepare(sql),
  );
  return (starts: Iterable<number>): void => {
    for (const start of starts) statements.some((statement) => Number(statement.run(start).changes) > 0);
  };
}

/** Recomputes hours from their samples and days from their hours, so that the order of writes does not matter. */
export function prepareRollups(database: DatabaseSync) {
  const makeHours = prepareRollup(database, 'hour', VALID_HOUR);
  const makeEnds = prepareRollup(database, 'hour_end');
  const makeDays = prepareRollup(database, 'day');
  return {
    /** Recomputes the changed hours and their days, within the transaction that changed the samples. */
    remake({ hours, erased = [] }: ChangedHours): void {
      makeHours(hours);
      makeEnds(hours);
      makeDays(new Set([...hours, ...erased].map((hour) => bucketStart(hour, DAY))));
    },
  };
}
