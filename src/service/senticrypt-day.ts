import { setImmediate } from 'node:timers/promises';
import type { Sample } from '../domain/sample.ts';
import type { FiguresAt } from '../domain/sources/report.ts';
import type { SummaryWithFreshness } from '../domain/summary.ts';
import { DAY } from '../domain/time/bucket-width.ts';
import type { Source } from '../sources/source.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Summaries } from './summary.ts';

/**
 * Returns the 24 hours before the newest sample as JSON in the format of SentiCrypt v1; `undefined` if the store holds no
 * samples. Returns the same string until the summary changes.
 *
 * @throws StoreError.
 */
export type ReadSenticryptDay = () => Promise<string | undefined>;

/** How long to build rows in one turn of the event loop: with many headlines, one row takes milliseconds. */
const SLICE_MS = 5;

/** Seconds from which `int(timestamp * 1000)`, as the tutorial computes it, gives the exact millisecond. */
function timestampOf(time: number): number {
  const seconds = time / 1000;
  return Math.trunc(seconds * 1000) === time ? seconds : (time + 0.5) / 1000;
}

type FullSample = Required<Sample>;

function row({ time, price, sentiment }: FullSample, figuresAt: FiguresAt): string {
  const figures = figuresAt(time, sentiment);
  return JSON.stringify({
    count: figures?.count ?? null,
    timestamp: timestampOf(time),
    rate: figures?.rate ?? null,
    last: figures?.last ?? null,
    sum: figures?.sum ?? null,
    mean: sentiment,
    median: figures?.median ?? null,
    btc_price: String(price),
  });
}

const isFull = (sample: Sample): sample is FullSample =>
  sample.price !== undefined && sample.sentiment !== undefined;

export function createSenticryptDay(options: {
  store: SampleStore;
  summaries: Summaries;
  source: Source;
  clock: () => number;
}): ReadSenticryptDay {
  const { store, summaries, source, clock } = options;
  let last: { of: SummaryWithFreshness; day: Promise<string> } | undefined;
  /** By time. Stored samples do not change, so rows are built once. */
  let rows = new Map<number, string>();

  async function build({ summary: { asOf } }: SummaryWithFreshness): Promise<string> {
    const figuresAt = await source.figures(clock());
    const next = new Map<number, string>();
    let began = performance.now();
    for await (const slice of store.range({ from: asOf - DAY + 1, to: asOf + 1 })) {
      for (const sample of slice.filter(isFull)) {
        next.set(sample.time, rows.get(sample.time) ?? row(sample, figuresAt));
        if (performance.now() - began < SLICE_MS) continue;
        await setImmediate();
        began = performance.now();
      }
    }
    rows = next;
    return `[${[...next.values()].join(',')}]`;
  }

  return async () => {
    const latest = await summaries.read();
    if (!latest) return undefined;
    if (last?.of !== latest) last = { of: latest, day: build(latest) };
    const current = last;
    try {
      return await current.day;
    } catch (error) {
      // The next reader tries again.
      if (last === current) last = undefined;
      throw error;
    }
  };
}
