import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { StoreError } from '../domain/errors.ts';
import type { Newest } from '../domain/sample.ts';
import type { SourcesReport } from '../domain/sources/report.ts';
import type { Observe, ReadCounts } from '../service/observer.ts';
import { createSourceMetrics } from './source-metrics.ts';

export interface MetricsOptions {
  readonly reads: ReadCounts;
  /** The times of the newest values in the summary; `undefined` while there is no summary. */
  readonly newest: () => Newest | undefined;
  readonly clock: () => number;
  readonly report: () => Promise<SourcesReport>;
  /** 1 if this process answers requests, 0 if it only writes. */
  readonly workers?: 0 | undefined;
}

/** A metric and its values, as plain data. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

export interface Metrics {
  readonly observe: Observe;
  readonly contentType: string;
  text(): Promise<string>;
  /** For `createMetricSum`. */
  values(): Promise<readonly MetricValues[]>;
}

const ANSWER = '/is-bitcoin-lit';
const LATENCIES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Prometheus counts in seconds. */
const seconds = (ms: number): number => ms / 1000;

export function createMetrics({ reads, newest, clock, report, workers }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `is_bitcoin_lit_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `is_bitcoin_lit_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name: `is_bitcoin_lit_${name}`, help, labelNames, buckets: LATENCIES, registers });

  const sources = createSourceMetrics({ gauge, counter }, report);
  collectDefaultMetrics({ register: registry });
  const requests = counter('requests_total', 'Responses, by route and status', ['route', 'status']);
  const latency = histogram('request_duration_seconds', 'Response time, except of the cached answer', [
    'route',
  ]);
  const answers = counter('answers_total', 'Answers, fresh or stale', ['state']);
  const lookups = counter(
    'cache_lookups_total',
    'Answers from memory (hit), and answers that waited (miss)',
    ['result'],
  );
  const refreshes = counter('refreshes_total', 'Refreshes, by outcome', ['outcome']);
  const refreshTime = histogram('refresh_duration_seconds', 'Duration of refreshes, including failed ones');
  const samples = counter('samples_total', 'Valid records received', ['outcome']);
  const rejected = counter('rejected_total', 'Records rejected, by reason', ['reason']);
  const storeTime = histogram('store_read_duration_seconds', 'Time to read the three hours');
  const shed = counter('shed_total', 'Requests rejected under overload');
  const dropped = counter('live_dropped_total', 'Readers of the stream that were disconnected', ['reason']);
  const readers = gauge('live_readers', 'Readers of the stream');
  const writeTime = histogram('store_write_duration_seconds', 'Time to write the samples of a refresh');
  const storeErrors = counter('store_errors_total', 'Failures of the store, by operation', ['operation']);
  const age = gauge('newest_age_seconds', 'Age of the newest value; absent if there is none', ['value']);

  gauge('workers', 'Processes that answer requests').set(workers ?? 1);
  // A series that starts with its first event lacks that event in every rate, so all start at 0.
  requests.inc({ route: ANSWER, status: '503' }, 0);
  dropped.inc({ reason: 'slow' }, 0);
  for (const outcome of ['ok', 'failed']) refreshes.inc({ outcome }, 0);
  for (const outcome of ['added', 'duplicate']) samples.inc({ outcome }, 0);
  for (const operation of ['read', 'refresh', 'cache', 'repair']) storeErrors.inc({ operation }, 0);

  /** Copies the plain integers of the hot path. */
  async function collect(): Promise<void> {
    const all = reads.full + reads.notModified;
    for (const [status, count] of [
      ['200', reads.full],
      ['304', reads.notModified],
    ] as const) {
      requests.remove({ route: ANSWER, status });
      requests.inc({ route: ANSWER, status }, count);
    }
    answers.reset();
    answers.inc({ state: 'stale' }, reads.stale);
    answers.inc({ state: 'fresh' }, all - reads.stale);
    lookups.reset();
    lookups.inc({ result: 'miss' }, reads.missed);
    lookups.inc({ result: 'hit' }, Math.max(0, all - reads.missed));
    age.reset();
    for (const [value, time] of Object.entries(newest() ?? {})) age.set({ value }, seconds(clock() - time));
    await sources.collect();
  }

  return {
    contentType: registry.contentType,
    async text() {
      await collect();
      return registry.metrics();
    },
    async values() {
      await collect();
      return registry.getMetricsAsJSON();
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
          return storeErrors.inc({ operation: 'repair' });
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
