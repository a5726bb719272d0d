import { setTimeout as sleep } from 'node:timers/promises';
import type { Counter, Gauge } from 'prom-client';
import { ignoreRejection } from '../domain/errors.ts';
import type { SourcesReport, UpstreamReport } from '../domain/sources/report.ts';
import type { ServiceEvent } from '../service/observer.ts';

const STATES = ['ok', 'resting', 'failing'] as const;

/** How long a scrape waits for the report. */
const MAX_WAIT_MS = 1000;

type Create<Metric> = (name: string, help: string, labelNames?: string[]) => Metric;

/** @param report if it fails, the gauges are absent. */
export function createSourceMetrics(
  { gauge, counter }: { gauge: Create<Gauge>; counter: Create<Counter> },
  report: () => Promise<SourcesReport>,
) {
  const states = gauge('source_state', 'Whether an upstream is in a state: 1 or 0', [
    'kind',
    'name',
    'state',
  ]);
  const used = gauge('quote_used', 'Whether the last price includes the quote of this exchange: 1 or 0', [
    'name',
  ]);
  const headlines = gauge('headlines', 'Stored headlines, by feed', ['feed']);
  const counted = gauge('headlines_counted', 'Headlines in the current sentiment');
  const filled = counter('filled_total', 'Values filled in for earlier times', ['value']);
  const absent = counter('absent_total', 'Refreshes without a current value', ['value']);
  for (const value of ['price', 'sentiment']) {
    filled.inc({ value }, 0);
    absent.inc({ value }, 0);
  }

  function setState(kind: string, { name, state }: UpstreamReport): void {
    for (const one of STATES) states.set({ kind, name, state: one }, Number(one === state));
  }

  return {
    observe(event: ServiceEvent): void {
      if (event.type !== 'pulled') return;
      const { notes } = event;
      filled.inc({ value: 'price' }, notes.filled.price);
      filled.inc({ value: 'sentiment' }, notes.filled.sentiment);
      for (const value of Object.keys(notes.absent)) absent.inc({ value });
    },
    /** Updates the gauges from the report, which covers all processes. */
    async collect(): Promise<void> {
      const late = sleep(MAX_WAIT_MS, undefined, { ref: false });
      const known = await Promise.race([report().catch(ignoreRejection), late]);
      for (const one of [states, used, headlines]) one.reset();
      counted.set(known?.sentiment.count ?? 0);
      if (!known) return;
      const { price, sentiment, fearAndGreed } = known;
      for (const exchange of price) {
        setState('price', exchange);
        used.set({ name: exchange.name }, Number(exchange.used));
      }
      for (const feed of sentiment.feeds) {
        setState('feed', feed);
        if (feed.headlines !== undefined) headlines.set({ feed: feed.name }, feed.headlines);
      }
      if (fearAndGreed) setState('index', fearAndGreed);
    },
  };
}
