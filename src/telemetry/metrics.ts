import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { StoreError } from '../domain/errors.ts';
import type { Newest } from '../domain/sample.ts';
import type { SourcesReport } from '../domain/sources-report.ts';
import type { Observe, ReadCounts } from '../service/observer.ts';
import { createSourceMetrics } from './source-metrics.ts';

export interface MetricsOptions {
  readonly reads: ReadCounts;
  /** The newest values of the summary that is kept; `undefined` while there is none. */
  readonly newest: () => Newest | undefined;
  readonly clock: () => number;
  readonly report: () => Promise<SourcesReport>;
}

export interface Metrics {
  readonly observe: Observe;
  readonly contentType: string;
  text(): Promise<string>;
}

const ANSWER = '/is-bitcoin-lit';
const LATENCIES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const seconds = (milliseconds: number): number => milliseconds / 1000;

/** Counts what happens, in a registry of its own. Durations and ages are in seconds, as is the custom there. */
export function createMetrics({ reads, newest, clock, report }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `is_bitcoin_lit_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name: `is_bitcoin_lit_${name}`, help, labelNames, buckets: LATENCIES, registers });

  const sources = createSourceMetrics(registry, report);
  collectDefaultMetrics({ register: registry });
  const requests = counter('requests_total', 'Requests answered, by route and status', ['route', 'status']);
  // Begun at 0, so that the first failures of a process count as an increase.
  requests.inc({ route: ANSWER, status: '503' }, 0);
  const latency = histogram('request_duration_seconds', 'Time to answer, but for the cached read', ['route']);
  const answers = counter('answers_total', 'Answers given, fresh or stale', ['state']);
  const lookups = counter('cache_lookups_total', 'Reads of the answer: hits, and misses that waited', [
    'result',
  ]);
  const refreshes = counter('refreshes_total', 'Refreshes ended', ['outcome']);
  const refreshTime = histogram('refresh_duration_seconds', 'Time of a refresh, failed ones included');
  const samples = counter('samples_total', 'Good records received', ['outcome']);
  const rejected = counter('rejected_total', 'Records rejected, by reason', ['reason']);
  const storeTime = histogram('store_read_duration_seconds', 'Time to read the three hours');
  const shed = counter('shed_total', 'Requests refused under pressure');
  const dropped = counter('live_dropped_total', 'Readers of the stream that were ended', ['reason']);
  dropped.inc({ reason: 'slow' }, 0);
  const readers = new Gauge({
    name: 'is_bitcoin_lit_live_readers',
    help: 'Readers of the stream',
    registers,
  });
  const writeTime = histogram('store_write_duration_seconds', 'Time to write what a refresh brought');
  const storeErrors = counter('store_errors_total', 'Failures of the store, by what it was asked for', [
    'operation',
  ]);
  const age = new Gauge({
    name: 'is_bitcoin_lit_newest_age_seconds',
    help: 'Age of the newest value kept; absent where there is none',
    labelNames: ['value'],
    registers,
  });

  // A series that begins with its first event is one event short in every rate: it has to be there before, at 0.
  for (const outcome of ['ok', 'failed']) refreshes.inc({ outcome }, 0);
  for (const outcome of ['added', 'duplicate']) samples.inc({ outcome }, 0);
  for (const operation of ['read', 'refresh', 'cache', 'mend']) storeErrors.inc({ operation }, 0);

  /** The plain integers of the hot path become samples when somebody looks. */
  function read(): void {
    const all = reads.full + reads.unchanged;
    for (const [status, count] of [
      ['200', reads.full],
      ['304', reads.unchanged],
    ] as const) {
      requests.remove({ route: ANSWER, status });
      requests.inc({ route: ANSWER, status }, count);
    }
    answers.reset();
    answers.inc({ state: 'stale' }, reads.stale);
    answers.inc({ state: 'fresh' }, all - reads.stale);
    lookups.reset();
    lookups.inc({ result: 'miss' }, reads.waited);
    lookups.inc({ result: 'hit' }, Math.max(0, all - reads.waited));
    age.reset();
    for (const [value, time] of Object.entries(newest() ?? {})) age.set({ value }, seconds(clock() - time));
  }

  return {
    contentType: registry.contentType,
    async text() {
      read();
      await sources.read();
      return registry.metrics();
    },
    observe(event) {
      sources.observe(event);
      switch (event.type) {
        case 'responded':
          requests.inc({ route: event.route, status: String(event.status) });
          return latency.observe({ route: event.route }, seconds(event.duration));
        case 'refreshed':
          refreshes.inc({ outcome: 'ok' });
          refreshTime.observe(seconds(event.duration));
          samples.inc({ outcome: 'added' }, event.report.added);
          samples.inc({ outcome: 'duplicate' }, event.report.duplicates);
          return;
        case 'rejected':
          for (const { reason, count } of event.rejections) rejected.inc({ reason }, count);
          return;
        case 'refresh_failed':
          refreshes.inc({ outcome: 'failed' });
          if (event.error instanceof StoreError) storeErrors.inc({ operation: 'refresh' });
          return refreshTime.observe(seconds(event.duration));
        case 'appended':
          return writeTime.observe(seconds(event.duration));
        case 'summary_read':
          return storeTime.observe(seconds(event.duration));
        case 'summary_failed':
          return storeErrors.inc({ operation: 'read' });
        case 'cache_failed':
          return storeErrors.inc({ operation: 'cache' });
        case 'rollup_repair_failed':
          return storeErrors.inc({ operation: 'mend' });
        case 'shed':
          return shed.inc();
        case 'live_readers':
          return readers.set(event.count);
        case 'live_dropped':
          return dropped.inc({ reason: event.reason });
      }
    },
  };
}
