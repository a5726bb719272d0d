import { setImmediate } from 'node:timers/promises';
import type { Sample } from '../domain/sample.ts';
import type { FiguresAt } from '../domain/sources-report.ts';
import type { KeptSummary } from '../domain/summary.ts';
import { DAY } from '../domain/time/bucket-width.ts';
import type { Source } from '../sources/source.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import type { Summaries } from './summary.ts';

/** The last 24 hours in SentiCrypt v1's own shape, as JSON: the same object until there is another summary. */
export interface SenticryptDay {
  readonly body: string;
}

export interface SenticryptDays {
  /**
   * The day that ends with the newest sample; `undefined` while none is kept.
   *
   * @throws StoreError.
   */
  read(): Promise<SenticryptDay | undefined>;
}

/** How long rows are made between two turns of the event loop: of many headlines one takes milliseconds. Milliseconds. */
const SLICE = 5;

/** Seconds; read as the tutorial does, `int(timestamp * 1000)`, it has to give the very millisecond again. */
function timestampOf(time: number): number {
  const seconds = time / 1000;
  return Math.trunc(seconds * 1000) === time ? seconds : (time + 0.5) / 1000;
}

type FullSample = Required<Sample>;

function row({ time, price, sentiment }: FullSample, figuresAt: FiguresAt): string {
  const {
    count = null,
    rate = null,
    last = null,
    sum = null,
    median = null,
  } = figuresAt(time, sentiment) ?? {};
  const timestamp = timestampOf(time);
  return JSON.stringify({
    count,
    timestamp,
    rate,
    last,
    sum,
    mean: sentiment,
    median,
    btc_price: String(price),
  });
}

const isFull = (sample: Sample): sample is FullSample =>
  sample.price !== undefined && sample.sentiment !== undefined;

export function createSenticryptDays(options: {
  store: SampleStore;
  summaries: Summaries;
  source: Source;
  clock: () => number;
}): SenticryptDays {
  const { store, summaries, source, clock } = options;
  let made: { of: KeptSummary; day: SenticryptDay } | undefined;
  let making: { of: KeptSummary; day: Promise<SenticryptDay> } | undefined;
  /** By time: what is kept does not change. */
  let rows = new Map<number, string>();

  async function make({ summary: { asOf } }: KeptSummary): Promise<SenticryptDay> {
    const figuresAt = await source.figures(clock());
    const next = new Map<number, string>();
    let began = performance.now();
    for await (const slice of store.range({ from: asOf - DAY + 1, to: asOf + 1 })) {
      for (const sample of slice.filter(isFull)) {
        next.set(sample.time, rows.get(sample.time) ?? row(sample, figuresAt));
        if (performance.now() - began < SLICE) continue;
        await setImmediate();
        began = performance.now();
      }
    }
    rows = next;
    return { body: `[${[...next.values()].join(',')}]` };
  }

  return {
    async read() {
      const of = await summaries.read();
      if (!of) return undefined;
      if (made?.of === of) return made.day;
      if (making?.of !== of) making = { of, day: make(of) };
      const { day: promise } = making;
      try {
        const day = await promise;
        made = { of, day };
        return day;
      } finally {
        if (making?.day === promise) making = undefined;
      }
    },
  };
}
