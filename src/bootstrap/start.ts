import { roomForConnections } from '../config/connection-limit.ts';
import { warnings } from '../config/warnings.ts';
import { createHistories } from '../service/history.ts';
import { createWatchAnswer } from '../service/live-updates.ts';
import { createReadPastAnswer } from '../service/past/past-answers.ts';
import { createTrackRecords } from '../service/past/track-records.ts';
import { createVerdicts } from '../service/past/verdicts.ts';
import { runRetention } from '../service/retention.ts';
import { createRollupRepair } from '../service/rollup-repair.ts';
import { runSchedule } from '../service/schedule.ts';
import { createSenticryptDay } from '../service/senticrypt-day.ts';
import { shareReport } from '../service/shared-report.ts';
import { type AssembleOptions, assembleService } from './assemble.ts';

/** Connections in addition to those of the stream's readers. */
const SHORT_CONNECTIONS = 5000;

/** How long the last responses may take to leave when the service stops. */
const CLOSE_GRACE_MS = 1000;

/** Serves until it is disposed. */
export interface RunningService extends AsyncDisposable {
  readonly address: string;
  /** `undefined` if the metrics have no port. */
  readonly metricsAddress: string | undefined;
}

export async function startService(options: AssembleOptions): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService(options, 'serve', stack);
  if (!service) throw new Error('a store opened for serving must exist');
  const { config } = options;
  const { store, source, summaries, clock, signal, observe, observers } = service;
  const repair = createRollupRepair({ store, observe, signal });
  observers.push(repair.observe);
  const room = roomForConnections();
  for (const text of warnings(config, room)) observe({ type: 'warning', text });

  const { createMetrics } = await import('../telemetry/metrics.ts');
  const reads = { full: 0, notModified: 0, stale: 0, missed: 0 };
  const report = shareReport(source.report);
  const newest = () => summaries.last()?.summary.newest;
  const metrics = createMetrics({ reads, newest, clock, report: () => report(clock()) });
  observers.push(metrics.observe);

  const { createApp } = await import('../http/app.ts');
  const { startMetricsServer } = await import('../http/metrics-server.ts');
  const { HOST: host, METRICS_PORT: metricsPort, TRUST_PROXY: trustProxy } = config;
  const common = { source: source.name, observe, trustProxy, host, metrics };
  const hasMetricsPort = metricsPort !== undefined;
  const metricsServer = hasMetricsPort ? stack.use(await startMetricsServer(metricsPort, common)) : undefined;
  const app = await createApp({
    ...service,
    ...common,
    reads,
    report,
    metrics: hasMetricsPort ? undefined : metrics,
    refreshToken: config.REFRESH_TOKEN,
    rateLimit: config.RATE_LIMIT,
    maxConnections: Math.min(config.MAX_LIVE_READERS + SHORT_CONNECTIONS, room),
    maxConnectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
    maxLiveReaders: config.MAX_LIVE_READERS,
    maxLiveReadersPerAddress: config.MAX_LIVE_READERS_PER_ADDRESS,
    histories: createHistories(service),
    verdicts: createVerdicts(service),
    trackRecords: createTrackRecords(service),
    version: () => store.version(),
    readPastAnswer: createReadPastAnswer({ store, clock, staleAfterMs: config.STALE_AFTER }),
    watchAnswer: createWatchAnswer(service),
    readSenticryptDay: createSenticryptDay(service),
  });
  const address = await app.listen({ host, port: config.PORT });
  observe({ type: 'listening', address, source: source.name });
  const schedule = runSchedule({
    ...service,
    intervalMs: config.REFRESH_INTERVAL,
    lag: () => source.lag(),
  });
  service.background.push(repair.run());
  if (config.RETENTION !== undefined)
    service.background.push(runRetention({ store, retentionMs: config.RETENTION, clock, observe, signal }));
  const rest = stack.move();
  return {
    address,
    metricsAddress: metricsServer?.address,
    async [Symbol.asyncDispose]() {
      // Accepts no more requests, then ends the refresh, then sends the responses that waited for it.
      const closed = app.close();
      await rest.disposeAsync();
      await schedule;
      // Clients that send or read slowly must not delay the stop.
      const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}
