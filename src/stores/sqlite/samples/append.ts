import type { Sample } from '../../../domain/sample.ts';
import { type KnownSamples, PRICE, SENTIMENT, valuesOf } from '../../known-samples.ts';
import type { Appended } from '../../sample-store.ts';
import type { OpenFile } from '../file/open-file.ts';
import { prepareRows } from '../file/rows.ts';
import { type Batches, inBatches } from './batches.ts';
import type { Change, Changed, Changing } from './change.ts';
import type { Retention } from './retention.ts';
import { hourOf } from './rollups.ts';

/** The values stored at each time of a span. */
const SPAN = `
  SELECT time, (price IS NOT NULL) * ${PRICE} + (sentiment IS NOT NULL) * ${SENTIMENT}
  FROM sample WHERE time BETWEEN ? AND ? LIMIT ?
`;

/** The limit of rows read from a span, beyond two per sample. With more, an upsert of each sample is faster. */
const FEW_ROWS = 500;

/** Rows per statement, which takes less than half the time of one each. */
const ROWS = 100;

const insertOf = (rows: number): string =>
  `INSERT INTO sample (time, price, sentiment) VALUES ${Array(rows).fill('(?, ?, ?)').join()}`;

/** The WHERE keeps a pure duplicate from counting as a change. */
const UPSERT = `
  INSERT INTO sample (time, price, sentiment) VALUES (?1, ?2, ?3)
  ON CONFLICT (time) DO UPDATE
    SET price = coalesce(price, excluded.price), sentiment = coalesce(sentiment, excluded.sentiment)
    WHERE (price IS NULL AND excluded.price IS NOT NULL)
       OR (sentiment IS NULL AND excluded.sentiment IS NOT NULL)
`;

/** The samples of a batch with new values: those at new times are inserted, and those that may fill a gap are upserted. */
interface NewSamples {
  readonly inserts: readonly Sample[];
  readonly upserts: readonly Sample[];
}

const isAscending = (samples: readonly Sample[]): boolean =>
  samples.every((sample, index) => valuesOf(sample) !== 0 && sample.time > (samples[index - 1]?.time ?? -1));

function newSamples(samples: readonly Sample[], stored: Map<number, number>): NewSamples {
  if (stored.size === 0 && isAscending(samples)) return { inserts: samples, upserts: [] };
  const inserts: Sample[] = [];
  const upserts: Sample[] = [];
  for (const sample of samples) {
    const values = valuesOf(sample);
    const before = stored.get(sample.time) ?? 0;
    if ((values & ~before) === 0) continue;
    (before === 0 ? inserts : upserts).push(sample);
    stored.set(sample.time, before | values);
  }
  return { inserts, upserts };
}

/**
 * The first write wins, by an upsert: exact under any number of writers, since SQLite has one at a time. Reading the stored
 * values first makes duplicates and new rows several times cheaper.
 *
 * @param known samples that need not be looked up, until another process changes the file.
 * @param dataVersion changes with each commit of another connection. @throws StoreError.
 */
export function prepareAppend(
  { database, assertThere }: Pick<OpenFile, 'database' | 'assertThere'>,
  change: Change,
  retention: Retention,
  batches: Batches,
  known: KnownSamples,
  dataVersion: () => number | undefined,
) {
  const span = prepareRows<[time: number, values: number]>(database, SPAN);
  const insertMany = database.prepare(insertOf(ROWS));
  const insertOne = database.prepare(insertOf(1));
  const upsert = database.prepare(UPSERT);
  let seenVersion: number | undefined;

  /** The samples that are not known to be stored. Nothing is known once another process has changed the file. */
  function possiblyNew(samples: readonly Sample[]): readonly Sample[] {
    assertThere();
    const version = dataVersion();
    if (version !== seenVersion) known.forget();
    seenVersion = version;
    return known.possiblyNew(samples);
  }

  /** The values stored in the span of a batch, by time; `undefined` if there are too many. */
  function storedIn(samples: readonly Sample[]): Map<number, number> | undefined {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { time } of samples) {
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    const maxRows = 2 * samples.length + FEW_ROWS;
    const rows = span(first, last, maxRows);
    return rows.length < maxRows ? new Map(rows) : undefined;
  }

  function insert(samples: readonly Sample[]): void {
    const inMany = samples.length - (samples.length % ROWS);
    const values: (number | null)[] = [];
    for (const { time, price = null, sentiment = null } of samples.slice(0, inMany)) {
      if (values.push(time, price, sentiment) < 3 * ROWS) continue;
      insertMany.run(...values);
      values.length = 0;
    }
    for (const { time, price = null, sentiment = null } of samples.slice(inMany)) {
      insertOne.run(time, price, sentiment);
    }
  }

  /** Leaves out the samples of trimmed hours. */
  function ofUntrimmedHours(batch: readonly Sample[]): readonly Sample[] {
    if (retention.rawSince() === 0) return batch;
    const untrimmed = retention.untrimmedHours(batch.map(({ time }) => time));
    return batch.filter(({ time }) => untrimmed.has(hourOf(time)));
  }

  function appendBatch(batch: readonly Sample[], { begin }: Changing): Changed {
    const samples = ofUntrimmedHours(batch);
    const stored = storedIn(samples);
    const { inserts, upserts } = stored ? newSamples(samples, stored) : { inserts: [], upserts: samples };
    const hours = new Set<number>();
    if (inserts.length + upserts.length === 0) return { count: 0, hours };
    begin();
    insert(inserts);
    let latest: number | undefined;
    for (const { time } of inserts) {
      const hour = hourOf(time);
      if (hour !== latest) hours.add(hour);
      latest = hour;
    }
    let count = inserts.length;
    for (const { time, price = null, sentiment = null } of upserts) {
      if (Number(upsert.run(time, price, sentiment).changes) === 0) continue;
      count += 1;
      hours.add(hourOf(time));
    }
    return { count, hours };
  }

  return async function append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    let added = 0;
    let isFirst = true;
    try {
      for (const batch of inBatches(possiblyNew(samples), batches)) {
        if (!isFirst) await batches.pause();
        isFirst = false;
        added += await change((changing) => {
          const changed = appendBatch(batch, changing);
          known.add(batch);
          return changed;
        }, signal);
      }
    } catch (error) {
      known.forget();
      throw error;
    }
    return { added, duplicates: samples.length - added };
  };
}
