import type { HistoryBucket } from '../../../domain/bucket.ts';
import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import { BITCOIN_BEGAN, HOUR } from '../../../domain/time/time.ts';
import type { Keys } from '../keys.ts';
import { findStale } from '../rollups/find-stale.ts';
import { groupBuckets } from '../rollups/group.ts';
import { HOURS_PAGE } from '../rollups/pages.ts';
import { readRawSince, readRollups } from '../rollups/read.ts';
import { endsOf, readSlot } from '../rollups/slot.ts';
import { readBuckets } from '../samples/raw-buckets.ts';
import type { Run } from './damaged-keys.ts';

const readWholeSlot: typeof readSlot = (page, at, start) => {
  const bucket = readSlot(page, at, start);
  if (bucket?.price === undefined) return bucket;
  const [firstPrice, lastPrice] = endsOf(page, at);
  return { ...bucket, firstPrice, lastPrice };
};

/** Raw buckets of a range. */
async function fromSamples(run: Run, keys: Keys, range: Range): Promise<HistoryBucket[]> {
  const all: HistoryBucket[] = [];
  for (let from: number | undefined = range.from; from !== undefined && from < range.to; ) {
    const at: number = from;
    const slice = await run((client) => readBuckets(client, keys, { from: at, to: range.to }, HOUR, true));
    all.push(...slice.buckets);
    from = slice.next;
  }
  return all;
}

type Column = { readonly [column: string]: number | null | undefined };

const isNear = (one = 0, other = 0): boolean =>
  Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other));

/** Whether averages are equal, with means within a relative error of 1e-9. */
function areSame(one: Column | undefined, other: typeof one): boolean {
  if (!one || !other) return one === other;
  return Object.keys({ ...one, ...other }).every((column) => {
    const [value, wanted] = [one[column] ?? undefined, other[column] ?? undefined];
    return value === wanted || (value !== undefined && wanted !== undefined && isNear(value, wanted));
  });
}

/** The starts of buckets that differ. */
function differing(actual: readonly HistoryBucket[], expected: readonly HistoryBucket[]): number[] {
  const byStart = (all: readonly HistoryBucket[]) =>
    new Map(all.map((bucket) => [bucket.start, { ...bucket } as Column]));
  const [one, other] = [byStart(actual), byStart(expected)];
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (start) => !areSame(one.get(start), other.get(start)),
  );
}

interface WrongRollups {
  readonly hours: readonly number[];
  readonly days: readonly number[];
  /** Trimmed days that lost hours. */
  readonly remnants: readonly number[];
}

/** Compares hours with their samples, where there are any, and days with their hours. */
export async function wrongRollups(run: Run, keys: Keys): Promise<WrongRollups> {
  const { from, to } = await rangeOf(run, keys);
  const hours: number[] = [];
  const days: number[] = [];
  const remnants: number[] = [];
  for (let start = from; start < to; start += HOURS_PAGE) {
    const page = { from: start, to: Math.min(start + HOURS_PAGE, to) };
    const { rawSince, buckets } = await run((client) =>
      readRollups(client, keys, 'hours', page, readWholeSlot),
    );
    const raw = await fromSamples(run, keys, {
      from: Math.max(page.from, Math.min(rawSince, page.to)),
      to: page.to,
    });
    hours.push(
      ...differing(
        buckets.filter((hour) => hour.start >= rawSince),
        raw,
      ),
    );
    const { buckets: stored } = await run((client) => readRollups(client, keys, 'days', page, readSlot));
    const expected = groupBuckets(buckets, DAY);
    for (const day of differing(stored, expected)) {
      const has = stored.find((one) => one.start === day)?.priceSamples ?? 0;
      const hasSentiments = stored.find((one) => one.start === day)?.sentimentSamples ?? 0;
      const wanted = expected.find((one) => one.start === day);
      const isRemnant =
        day < rawSince &&
        (has > (wanted?.priceSamples ?? 0) || hasSentiments > (wanted?.sentimentSamples ?? 0));
      (isRemnant ? remnants : days).push(day);
    }
  }
  return { hours, days, remnants };
}

/** All days with samples or rollups. A lost page of days does not hide trimmed hours. */
async function rangeOf(run: Run, keys: Keys): Promise<Range> {
  const { from, to } = await findStale(run, keys);
  const rawSince = await run((client) => readRawSince(client, keys));
  return { from: rawSince === undefined ? from : BITCOIN_BEGAN, to };
}
