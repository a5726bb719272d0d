import type { DatabaseSync } from 'node:sqlite';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { ROLLUPS } from '../file/schema.ts';

export interface ChangedHours {
  /** The starts of the hours to recompute. Trimmed hours are not among them: see `openHours`. */
  readonly hours: ReadonlySet<number>;
  /** The starts of trimmed hours whose averages were deleted. */
  readonly erased?: readonly number[];
}

export const hourOf = (time: number): number => bucketStart(time, HOUR);

function prepareRollup(database: DatabaseSync, name: keyof typeof ROLLUPS) {
  const make = database.prepare(ROLLUPS[name]);
  const drop = database.prepare(`DELETE FROM ${name} WHERE start = ?`);
  return (starts: Iterable<number>): void => {
    for (const start of starts) if (Number(make.run(start).changes) === 0) drop.run(start);
  };
}

/** Recomputes hours from their samples and days from their hours, so that the order of writes does not matter. */
export function prepareRollups(database: DatabaseSync) {
  const makeHours = prepareRollup(database, 'hour');
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
