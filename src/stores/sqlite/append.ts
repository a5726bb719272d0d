import type { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Sample } from '../../domain/sample.ts';
import type { Appended } from '../store.ts';
import { isBusy, storeError } from './faults.ts';

/** Samples in one transaction: a day of 30-second ones, a few milliseconds of work between turns of the event loop. */
const BATCH = 2880;

/** Time between two tries for a lock that another process holds, in milliseconds. */
const RETRY_AFTER = 20;

/**
 * Without its WHERE a pure duplicate would count as a change: it has to be one only where a value
 * fills a gap.
 */
const APPEND = `
  INSERT INTO sample (time, price, sentiment) VALUES (?1, ?2, ?3)
  ON CONFLICT (time) DO UPDATE
    SET price = coalesce(price, excluded.price), sentiment = coalesce(sentiment, excluded.sentiment)
    WHERE (price IS NULL AND excluded.price IS NOT NULL)
       OR (sentiment IS NULL AND excluded.sentiment IS NOT NULL)
`;

/** First-write-wins, as an upsert: exact under any number of writers, since SQLite has one at a time. */
export function prepareAppend(database: DatabaseSync) {
  const insert = database.prepare(APPEND);

  /** One transaction, in one turn of the event loop: appends of one process cannot meet inside of it. */
  function insertBatch(samples: readonly Sample[]): number {
    let added = 0;
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const { time, price, sentiment } of samples) {
        added += Number(insert.run(time, price ?? null, sentiment ?? null).changes);
      }
      database.exec('COMMIT');
      return added;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Waits for the write lock outside of SQLite, where the event loop goes on. */
  async function insertPatiently(samples: readonly Sample[], signal: AbortSignal): Promise<number> {
    for (;;) {
      try {
        return insertBatch(samples);
      } catch (error) {
        if (!isBusy(error)) throw storeError(error);
        await setTimeout(RETRY_AFTER, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  return async function append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    let added = 0;
    for (let start = 0; start < samples.length; start += BATCH) {
      signal.throwIfAborted();
      added += await insertPatiently(samples.slice(start, start + BATCH), signal);
      await setImmediate();
    }
    return { added, duplicates: samples.length - added };
  };
}
