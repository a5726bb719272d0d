import type { DatabaseSync } from 'node:sqlite';
import { HOUR } from '../../../domain/time/time.ts';
import { prepareRow } from '../file/rows.ts';
import { IS_VALID_PRICE } from '../file/schema.ts';
import { hourOf } from './rollups.ts';

const COUNTS = `SELECT count(price) FILTER (WHERE ${IS_VALID_PRICE}), count(sentiment) FROM sample`;

type Counts = [prices: number, sentiments: number];

export interface Retention {
  /** The time before which samples were trimmed, in epoch milliseconds; 0 if none were. */
  rawSince(): number;
  /** Until when nothing may be trimmed. */
  heldUntil(): number;
  /** Moves `rawSince` forward. */
  trimmed(before: number): void;
  /** An earlier end than that of another process changes nothing. */
  hold(until: number): void;
  /**
   * The hours of these times that take samples: all hours from `rawSince` on, and the earlier ones of which no sample was
   * deleted. Call it before the change.
   */
  untrimmedHours(times: readonly number[]): ReadonlySet<number>;
}

/** @param hasTable false for a file of an earlier version that is only read. Nothing was trimmed from it. */
export function prepareRetention(database: DatabaseSync, hasTable: boolean): Retention {
  let statements: ReturnType<typeof prepareStatements> | undefined;
  function prepareStatements() {
    return {
      read: prepareRow<[rawSince: number, heldUntil: number]>(
        database,
        'SELECT raw_since, held_until FROM retention',
      ),
      trimmed: database.prepare(
        'INSERT INTO retention (id, raw_since) VALUES (1, ?1) ON CONFLICT DO UPDATE SET raw_since = max(raw_since, ?1)',
      ),
      hold: database.prepare(
        'INSERT INTO retention (id, held_until) VALUES (1, ?1) ON CONFLICT DO UPDATE SET held_until = max(held_until, ?1)',
      ),
      stored: prepareRow<Counts>(database, 'SELECT price_count, sentiment_count FROM hour WHERE start = ?'),
      raw: prepareRow<Counts>(database, `${COUNTS} WHERE time >= ?1 AND time < ?1 + ${HOUR}`),
    };
  }
  function prepared() {
    statements ??= prepareStatements();
    return statements;
  }
  const rawSince = () => (hasTable ? (prepared().read()?.[0] ?? 0) : 0);
  function isWhole(hour: number): boolean {
    const { stored, raw } = prepared();
    const [prices, sentiments] = stored(hour) ?? [0, 0];
    const [rawPrices, rawSentiments] = raw(hour) ?? [0, 0];
    return prices === rawPrices && sentiments === rawSentiments;
  }
  return {
    rawSince,
    heldUntil: () => (hasTable ? (prepared().read()?.[1] ?? 0) : 0),
    trimmed: (before) => void prepared().trimmed.run(before),
    hold: (until) => void prepared().hold.run(until),
    untrimmedHours(times) {
      const hours = new Set(times.map(hourOf));
      const end = rawSince();
      return end === 0 ? hours : new Set([...hours].filter((hour) => hour >= end || isWhole(hour)));
    },
  };
}
