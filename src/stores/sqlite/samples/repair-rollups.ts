import type { DatabaseSync } from 'node:sqlite';
import { MAX_PRICE_USD } from '../../../domain/admission.ts';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { HOUR } from '../../../domain/time/time.ts';
import { prepareRows } from '../file/rows.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';
import type { Batches } from './batches.ts';
import type { Change } from './change.ts';
import type { Retention } from './retention.ts';

/** Hours per transaction: a few milliseconds of work. */
const BATCH_HOURS = 24;

/** Marks the hours in which an older version counted invalid prices. */
const ALL_INVALID_ARE_STALE = `
  INSERT OR IGNORE INTO stale_hour
  SELECT hour.start FROM day JOIN hour ON hour.start >= day.start AND hour.start < day.start + ${DAY}
  WHERE day.price_count > 0 AND NOT (day.price_min > 0 AND day.price_max <= ${MAX_PRICE_USD})
`;

const IGNORED = `
  SELECT count(price) FROM sample WHERE time >= ?1 AND time < ?1 + ${HOUR} AND NOT ${IS_VALID_PRICE}
`;

/** Recomputes the hours whose samples another program changed, and those of an upgraded file, the newest first. */
export function prepareRepair(
  database: DatabaseSync,
  change: Change,
  { rawSince }: Pick<Retention, 'rawSince'>,
  { pause }: Batches,
  onIgnored: (prices: number) => void,
) {
  let hasLookedForInvalid = false;
  let statements: ReturnType<typeof prepareStatements> | undefined;
  function prepareStatements() {
    const newest = `SELECT start FROM stale_hour ORDER BY start DESC LIMIT ${BATCH_HOURS}`;
    return {
      newest: prepareRows<[start: number]>(database, newest),
      ignored: prepareRows<[count: number]>(database, IGNORED),
      invalid: database.prepare(ALL_INVALID_ARE_STALE),
      forget: database.prepare('DELETE FROM stale_hour WHERE start BETWEEN ? AND ?'),
    };
  }

  return async function repair(signal: AbortSignal): Promise<boolean> {
    // Prepared when first needed, since a file that is only read may lack the table.
    statements ??= prepareStatements();
    const { newest, forget, ignored, invalid } = statements;
    const stale = () => newest().map(([start]) => start);
    let isChanged = false;
    let ignoredPrices = 0;
    while (!hasLookedForInvalid || stale().length > 0) {
      const count = await change(() => {
        if (!hasLookedForInvalid) invalid.run();
        const hours = stale();
        forget.run(hours.at(-1) ?? 0, hours[0] ?? 0);
        // Other programs cannot change trimmed hours.
        const open = hours.filter((hour) => hour >= rawSince());
        for (const hour of open) ignoredPrices += ignored(hour)[0]?.[0] ?? 0;
        return { count: open.length, hours: new Set(open) };
      }, signal);
      hasLookedForInvalid = true;
      isChanged ||= count > 0;
      await pause();
    }
    if (ignoredPrices > 0) onIgnored(ignoredPrices);
    return isChanged;
  };
}
