import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { PlaceReport, SourcesReport } from '../domain/sources-report.ts';
import type { Observe } from '../service/observer.ts';

const STATES = ['ok', 'resting', 'failing'] as const;

/** A scrape does not wait longer for what another process may have written. Milliseconds. */
const PATIENCE = 1000;

export interface SourceMetrics {
  readonly observe: Observe;
  /** Brings what lasts up to now: of the whole fleet, whichever process asked last. */
  read(): Promise<void>;
}

/** @param report as the source tells it; what cannot be had is not shown. */
export function createSourceMetrics(registry: Registry, report: () => Promise<SourcesReport>): SourceMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `is_bitcoin_lit_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string) =>
    new Counter({ name: `is_bitcoin_lit_${name}`, help, labelNames: ['value'], registers });

  const states = gauge('source_state', 'Whether a place that is asked is in a state: 1 or 0', [
    'kind',
    'name',
    'state',
  ]);
  const used = gauge('quote_used', 'Whether the last price was made of what it said: 1 or 0', ['name']);
  const kept = gauge('headlines', 'Headlines kept, by feed', ['feed']);
  const counted = gauge('headlines_counted', 'Headlines that the sentiment of now is the mean of');
  const filled = counter('filled_total', 'Values brought of times that had none');
  const absent = counter('absent_total', 'Passes without a value of now');
  for (const value of ['price', 'sentiment']) {
    filled.inc({ value }, 0);
    absent.inc({ value }, 0);
  }

  function setState(kind: string, { name, state }: PlaceReport): void {
    for (const one of STATES) states.set({ kind, name, state: one }, Number(one === state));
  }

  return {
    observe(event) {
      if (event.type !== 'pulled') return;
      const { notes } = event;
      filled.inc({ value: 'price' }, notes.filled.price);
      filled.inc({ value: 'sentiment' }, notes.filled.sentiment);
      for (const value of Object.keys(notes.absent)) absent.inc({ value });
    },
    async read() {
      const late = sleep(PATIENCE, undefined, { ref: false });
      const known = await Promise.race([report().catch(() => undefined), late]);
      for (const one of [states, used, kept]) one.reset();
      counted.set(known?.sentiment.count ?? 0);
      if (!known) return;
      const { price, sentiment, fearAndGreed } = known;
      for (const one of price) {
        setState('price', one);
        used.set({ name: one.name }, Number(one.used));
      }
      for (const feed of sentiment.feeds) {
        setState('feed', feed);
        if (feed.headlines !== undefined) kept.set({ feed: feed.name }, feed.headlines);
      }
      if (fearAndGreed) setState('index', fearAndGreed);
    },
  };
}
