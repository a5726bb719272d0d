import type { DatabaseSync } from 'node:sqlite';
import type { Sample } from '../../../domain/sample.ts';
import type { Appended } from '../../sample-store.ts';
import { type Batches, inBatches } from './batches.ts';
import type { Change, Changed, Changing } from './change.ts';
import { hourOf } from './rollups.ts';

const PRICE = 1;
const SENTIMENT = 2;

/** Which values are kept at each time of a span. */
const SPAN = `
  SELECT time, (price IS NOT NULL) * ${PRICE} + (sentiment IS NOT NULL) * ${SENTIMENT}
  FROM sample WHERE time BETWEEN ? AND ? LIMIT ?
`;

/** Rows of a span that are looked at, beside two for each sample: with more it is no quicker than to add blindly. */
const FEW_ROWS = 500;

/** Rows of one statement: half the cost of one each. */
const ROWS = 20;

const insertOf = (rows: number): string =>
  `INSERT INTO sample (time, price, sentiment) VALUES ${Array(rows).fill('(?, ?, ?)').join()}`;

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

const brought = ({ price, sentiment }: Sample): number =>
  (price === undefined ? 0 : PRICE) | (sentiment === undefined ? 0 : SENTIMENT);

/** What a batch brings that is not kept: samples at new times, and after them those that fill gaps or may do. */
interface News {
  readonly fresh: readonly Sample[];
  readonly filling: readonly Sample[];
}

/** Where nothing is kept in a batch's span, and no time is in it twice. */
const isAllNew = (samples: readonly Sample[]): boolean =>
  samples.every((sample, index) => brought(sample) !== 0 && sample.time > (samples[index - 1]?.time ?? -1));

function newsOf(samples: readonly Sample[], kept: Map<number, number>): News {
  if (kept.size === 0 && isAllNew(samples)) return { fresh: samples, filling: [] };
  const fresh: Sample[] = [];
  const filling: Sample[] = [];
  for (const sample of samples) {
    const brings = brought(sample);
    const has = kept.get(sample.time) ?? 0;
    if ((brings & ~has) === 0) continue;
    (has === 0 ? fresh : filling).push(sample);
    kept.set(sample.time, has | brings);
  }
  return { fresh, filling };
}

/**
 * First-write-wins, as an upsert: exact under any number of writers, since SQLite has one at a time.
 * What is kept already is looked up first, for duplicates and new rows are several times cheaper so.
 */
export function prepareAppend(database: DatabaseSync, change: Change, batches: Batches) {
  const span = database.prepare(SPAN);
  span.setReturnArrays(true);
  const insertMany = database.prepare(insertOf(ROWS));
  const insertOne = database.prepare(insertOf(1));
  const upsert = database.prepare(UPSERT);

  /** The values kept at the times of a batch; `undefined` where its span holds too many. */
  function keptIn(samples: readonly Sample[]): Map<number, number> | undefined {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { time } of samples) {
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    const mostRows = 2 * samples.length + FEW_ROWS;
    const rows = span.all(first, last, mostRows) as unknown as [time: number, values: number][];
    return rows.length < mostRows ? new Map(rows) : undefined;
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

  function appendBatch(samples: readonly Sample[], { begin }: Changing): Changed {
    const kept = keptIn(samples);
    const { fresh, filling } = kept ? newsOf(samples, kept) : { fresh: [], filling: samples };
    const hours = new Set<number>();
    if (fresh.length + filling.length === 0) return { count: 0, hours };
    begin();
    insert(fresh);
    let latest: number | undefined;
    for (const { time } of fresh) {
      const hour = hourOf(time);
      if (hour !== latest) hours.add(hour);
      latest = hour;
    }
    let count = fresh.length;
    for (const { time, price = null, sentiment = null } of filling) {
      if (Number(upsert.run(time, price, sentiment).changes) === 0) continue;
      count += 1;
      hours.add(hourOf(time));
    }
    return { count, hours };
  }

  return async function append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    let added = 0;
    let isFirst = true;
    for (const batch of inBatches(samples, batches)) {
      if (!isFirst) await batches.pause();
      isFirst = false;
      added += await change((changing) => appendBatch(batch, changing), signal);
    }
    return { added, duplicates: samples.length - added };
  };
}
