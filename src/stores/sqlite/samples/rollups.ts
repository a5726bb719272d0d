import type { DatabaseSync } from 'node:sqlite';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { ROLLUPS } from '../file/schema.ts';

export const hourOf = (time: number): number => bucketStart(time, HOUR);

function prepareRollup(database: DatabaseSync, name: keyof typeof ROLLUPS) {
  const make = database.prepare(ROLLUPS[name]);
  const drop = database.prepare(`DELETE FROM ${name} WHERE start = ?`);
  return (starts: Iterable<number>): void => {
    for (const start of starts) if (Number(make.run(start).changes) === 0) drop.run(start);
  };
}

/** Hours are made again from their samples, and days from their hours: never added to, so that no order makes them wrong. */
export function prepareRollups(database: DatabaseSync) {
  const makeHours = prepareRollup(database, 'hour');
  const makeDays = prepareRollup(database, 'day');
  return {
    /** Makes hours, given by their starts, and the days that they are of, again: within the transaction of what changed them. */
    remake(hours: ReadonlySet<number>): void {
      makeHours(hours);
      makeDays(new Set(Array.from(hours, (hour) => bucketStart(hour, DAY))));
    },
  };
}
