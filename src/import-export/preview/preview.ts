import type { Sample } from '../../domain/sample.ts';
import { MINUTE, widen } from '../../domain/time/bucket-width.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import type { ImportCounter } from '../import-counts.ts';
import { type ImportOptions, refuseOlder } from '../import-samples.ts';
import { createCoverage, type Gap } from './coverage.ts';

/** Samples that are shown of each end. */
const SHOWN_SAMPLES = 3;

/** Gaps and differences that are kept; the rest are counted. */
const MAX_LISTED = 10;

/** A part of the kept price, beyond which a price differs. */
const MAX_DIFFERENCE = 0.02;

/** The averages of a minute, in US dollars, that lie apart. */
interface Difference {
  /** Epoch milliseconds. */
  readonly minute: number;
  readonly price: number;
  readonly kept: number;
}

/** What an import would do. */
export interface Preview {
  /** Valid records. Some may be duplicates. */
  readonly samples: number;
  readonly prices: number;
  readonly sentiments: number;
  readonly first: readonly Sample[];
  readonly last: readonly Sample[];
  readonly gapCount: number;
  /** The first ones. */
  readonly gaps: readonly Gap[];
  /** Minutes with prices both in the input and in the store. */
  readonly sharedMinutes: number;
  readonly differenceCount: number;
  readonly differences: readonly Difference[];
}

export interface PreviewOptions extends Pick<ImportOptions, 'batches' | 'keptSince' | 'reject' | 'stopping'> {
  /** `undefined` if there is no store yet. */
  readonly store: Pick<SampleStore, 'buckets'> | undefined;
  readonly counter: Pick<ImportCounter, 'omit' | 'reject'>;
  /** At least a minute, in milliseconds. */
  readonly gap: number;
}

/** Keeps the earliest or the latest samples. */
function createEnd(isBefore: (one: Sample, other: Sample) => boolean) {
  let kept: Sample[] = [];
  return {
    add(sample: Sample): void {
      const furthest = kept.at(-1);
      if (kept.length === SHOWN_SAMPLES && furthest && !isBefore(sample, furthest)) return;
      const at = kept.findIndex((one) => isBefore(sample, one));
      kept.splice(at < 0 ? kept.length : at, 0, sample);
      kept = kept.slice(0, SHOWN_SAMPLES);
    },
    samples: (): readonly Sample[] => kept,
  };
}

/**
 * Reads an input as an import would, and stores nothing.
 *
 * @throws whatever reading the batches throws; UnusableError for a sample before `keptSince`; StoreError.
 */
export async function previewImport(options: PreviewOptions): Promise<Preview> {
  const { batches, store, keptSince = 0, counter, reject, gap, stopping } = options;
  const coverage = createCoverage();
  const [earliest, latest] = [
    createEnd((one, other) => one.time < other.time),
    createEnd((one, other) => one.time > other.time),
  ];
  let [samples, prices, sentiments] = [0, 0, 0];
  for await (const batch of batches) {
    if (stopping.aborted) break;
    for (const sample of batch.samples) {
      refuseOlder(sample, keptSince);
      samples += 1;
      if (sample.price !== undefined) prices += 1;
      if (sample.sentiment !== undefined) sentiments += 1;
      coverage.add(sample.time, sample.price);
      earliest.add(sample);
      latest.add(sample);
    }
    counter.omit(batch.omitted);
    for (const { reason } of batch.rejected) counter.reject(reason);
    if (batch.rejected.length > 0) await reject(batch.rejected);
  }
  const [first, last] = [earliest.samples(), latest.samples().toReversed()];

  const gaps: Gap[] = [];
  let gapCount = 0;
  for (const one of coverage.gaps(gap)) {
    gapCount += 1;
    if (gaps.length < MAX_LISTED) gaps.push(one);
  }

  const differences: Difference[] = [];
  let [sharedMinutes, differenceCount] = [0, 0];
  const [begin, end] = [first[0]?.time, last.at(-1)?.time];
  if (store && begin !== undefined && end !== undefined) {
    for await (const buckets of store.buckets(widen({ from: begin, to: end + 1 }, MINUTE), MINUTE)) {
      stopping.throwIfAborted();
      for (const { start, price: kept } of buckets) {
        const price = coverage.priceAt(start);
        if (price === undefined || kept === undefined) continue;
        sharedMinutes += 1;
        if (Math.abs(price - kept) <= MAX_DIFFERENCE * kept) continue;
        differenceCount += 1;
        if (differences.length < MAX_LISTED) differences.push({ minute: start, price, kept });
      }
    }
  }
  return {
    samples,
    prices,
    sentiments,
    first,
    last,
    gapCount,
    gaps,
    sharedMinutes,
    differenceCount,
    differences,
  };
}
