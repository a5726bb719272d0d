import { roomForConnections } from '../config/connection-limit.ts';
import { warnings } from '../config/warnings.ts';
import { createHistories } from '../service/history.ts';
import { createLive } from '../service/live-updates.ts';
import { createRollupRepair } from '../service/rollup-repair.ts';
import { runSchedule } from '../service/schedule.ts';
import { createSenticryptDays } from '../service/senticrypt-days.ts';
import { shareReport } from '../service/shared-report.ts';
import { type AssembleOptions, assembleService } from './assemble.ts';

/** Connections at a time, beside those of the stream's readers. */
const SHORT_CONNECTIONS = 5000;

/** Time for the last answers to leave, once all that they wait for is over. Milliseconds. */
const LAST_ANSWERS = 1000;

/** Serves until it is disposed of. */
export interface RunningService extends AsyncDisposable {
  readonly address: string;
  /** `undefined` where the metrics have no port of their own. */
  readonly metricsAddress: string | undefined;
}

export async function startService(options: AssembleOptions): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService(options, 'serve', stack);
  if (!service) throw new Error('a store opened for serving is there');
  const { config, store, refresh, fleet, clock, signal, observe } = service;
  const repair = createRollupRepair({ store, observe, signal });
  service.observers.push(repair.observe);
  const room = roomForConnections();
  const maxConnections = Math.min(config.MAX_LIVE_READERS + SHORT_CONNECTIONS, room);
  for (const text of warnings(config, room)) observe({ type: 'warning', text });

  const { createMetrics } = await import('../telemetry/metrics.ts');
  const reads = { full: 0, unchanged: 0, stale: 0, waited: 0 };
  const report = shareReport(service.source.report);
  const newest = () => service.summaries.last()?.summary.newest;
  const metrics = createMetrics({ reads, newest, clock, report: () => report(clock()) });
  service.observers.push(metrics.observe);

  const { createApp } = await import('../http/app.ts');
  const { startMetricsServer } = await import('../http/metrics-server.ts');
  const { HOST: host, METRICS_PORT: metricsPort, TRUST_PROXY: trustProxy } = config;
  const common = { source: service.source.name, observe, trustProxy, host, metrics };
  const metricsServer = stack.use(await startMetricsServer(metricsPort, common));
  const app = await createApp({
    ...service,
    ...common,
    reads,
    metrics: metricsPort === undefined ? metrics : undefined,
    refreshToken: config.REFRESH_TOKEN,
    rateLimit: config.RATE_LIMIT,
    maxConnections,
    maxConnectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
    histories: createHistories(service),
    live: createLive(service),
    days: createSenticryptDays(service),
    report,
    maxLiveReaders: config.MAX_LIVE_READERS,
    maxLiveReadersPerAddress: config.MAX_LIVE_READERS_PER_ADDRESS,
  });
  const address = await app.listen({ host, port: config.PORT });
  observe({ type: 'listening', address, source: service.source.name });
  const schedule = runSchedule({
    refresh,
    fleet,
    clock,
    interval: config.REFRESH_INTERVAL,
    lag: () => service.source.lag(),
    observe,
    signal,
  });
  service.background.push(repair.run());
  // From here on: no new requests, the pass ended, then the answers to those that waited for it.
  const rest = stack.move();
  return {
    address,
    metricsAddress: metricsServer.address,
    async [Symbol.asyncDispose]() {
      const closed = app.close();
      await rest.disposeAsync();
      await schedule;
      // Who has not sent a whole request, or read a whole answer, by then does not hold the others.
      const timer = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS);
      await closed;
      clearTimeout(timer);
    },
  };
}
