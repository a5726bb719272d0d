import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { Sample } from '../../domain/sample.ts';
import type { Appended } from '../store.ts';
import { emptyLog } from './database.ts';
import { inTransaction, patiently } from './patience.ts';

/** Samples in one transaction: a day of 30-second ones, a few milliseconds of work between turns of the event loop. */
const BATCH = 2880;

/** Rows of a batch's span that are looked at before it is added: more than that is no quicker than to add blindly. */
const MOST_ROWS = 2 * BATCH;

const PRICE = 1;
const SENTIMENT = 2;

/** Which values are kept at each time of a span. */
const SPAN = `
  SELECT time, (price IS NOT NULL) * ${PRICE} + (sentiment IS NOT NULL) * ${SENTIMENT}
  FROM sample WHERE time BETWEEN ? AND ? LIMIT ${MOST_ROWS}
`;

const INSERT = 'INSERT INTO sample (time, price, sentiment) VALUES (?, ?, ?)';

/**
 * Without its WHERE a pure duplicate would count as a change: it has to be one only where a value
 * fills a gap.
 */
const UPSERT = `
  INSERT INTO sample (time, price, sentiment) VALUES (?1, ?2, ?3)
  ON CONFLICT (time) DO UPDATE
    SET price = coalesce(price, excluded.price), sentiment = coalesce(sentiment, excluded.sentiment)
    WHERE (price IS NULL AND excluded.price IS NOT NULL)
       OR (sentiment IS NULL AND excluded.sentiment IS NOT NULL)
`;

type Values = readonly [price: number | null, sentiment: number | null];

const brought = ([price, sentiment]: Values): number =>
  (price === null ? 0 : PRICE) | (sentiment === null ? 0 : SENTIMENT);

/**
 * First-write-wins, as an upsert: exact under any number of writers, since SQLite has one at a time.
 * What is kept already is looked up first, for duplicates and new rows are several times cheaper so.
 */
export function prepareAppend(database: DatabaseSync, assertThere: () => void) {
  const span = database.prepare(SPAN);
  span.setReturnArrays(true);
  const insert = database.prepare(INSERT);
  const upsert = database.prepare(UPSERT);

  /** The values kept at the times of a batch; `undefined` where its span holds too many. */
  function keptIn(samples: readonly Sample[]): Map<number, number> | undefined {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { time } of samples) {
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    const rows = span.all(first, last) as unknown as [time: number, values: number][];
    return rows.length < MOST_ROWS ? new Map(rows) : undefined;
  }

  /** @returns whether the sample brought a value that was not kept. */
  function add(time: number, values: Values, kept: Map<number, number> | undefined): boolean {
    const brings = brought(values);
    const has = kept?.get(time) ?? 0;
    if (kept && (brings & ~has) === 0) return false;
    const statement = kept && has === 0 ? insert : upsert;
    kept?.set(time, has | brings);
    return Number(statement.run(time, ...values).changes) > 0;
  }

  function insertBatch(samples: readonly Sample[]): number {
    return inTransaction(database, () => {
      let added = 0;
      const kept = keptIn(samples);
      for (const { time, price = null, sentiment = null } of samples) {
        if (add(time, [price, sentiment], kept)) added += 1;
      }
      assertThere();
      return added;
    });
  }

  return async function append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    let added = 0;
    for (let start = 0; start < samples.length; start += BATCH) {
      signal.throwIfAborted();
      const batch = samples.slice(start, start + BATCH);
      added += await patiently(() => {
        const count = insertBatch(batch);
        if (count > 0) emptyLog(database);
        return count;
      }, signal);
      await setImmediate();
    }
    return { added, duplicates: samples.length - added };
  };
}
