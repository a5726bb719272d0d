import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.ts';
import { roomForConnections } from '../config/connection-limit.ts';
import { warnings } from '../config/warnings.ts';
import type { SourceName } from '../domain/answer.ts';
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

/** What a process needs to answer requests. */
type Reading = Pick<Service, 'store' | 'summaries' | 'clock' | 'observe' | 'signal' | 'readiness'> & {
  readonly source: { readonly name: SourceName };
};

type Service = NonNullable<Awaited<ReturnType<typeof assembleService>>>;

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

/** The parts of the server that read the store. */
export const readersOf = (service: Reading, { STALE_AFTER: staleAfterMs }: Config) => ({
  histories: createHistories(service),
  verdicts: createVerdicts(service),
  trackRecords: createTrackRecords(service),
  version: () => service.store.version(),
  readPastAnswer: createReadPastAnswer({ ...service, staleAfterMs }),
  watchAnswer: createWatchAnswer(service),
});

/** @param room how many client connections the limit of open files allows. */
export const limitsOf = (config: Config, room: number) => ({
  maxConnections: Math.min(config.MAX_LIVE_READERS + SHORT_CONNECTIONS, room),
  maxConnectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
  maxLiveReaders: config.MAX_LIVE_READERS,
  maxLiveReadersPerAddress: config.MAX_LIVE_READERS_PER_ADDRESS,
});

export const refreshGuardOptions = ({ refresh, clock }: Service, config: Config) => ({
  refresh,
  clock,
  refreshToken: config.REFRESH_TOKEN,
  rateLimit: config.RATE_LIMIT,
});

/** Must be called before the first event. */
export function createUpkeep(service: Service, config: Config) {
  const { store, source, clock, observe, observers, signal, background } = service;
  const repair = createRollupRepair({ store, observe, signal });
  observers.push(repair.observe);
  return {
    /** Refreshes, repairs and trims the store until the service stops. Resolves when the schedule has ended. */
    async run(): Promise<void> {
      const schedule = runSchedule({
        ...service,
        intervalMs: config.REFRESH_INTERVAL,
        tickDelayMs: () => source.tickDelayMs(),
      });
      background.push(repair.run());
      if (config.RETENTION !== undefined)
        background.push(runRetention({ store, retentionMs: config.RETENTION, clock, observe, signal }));
      await schedule;
    },
  };
}

export async function startService(options: AssembleOptions): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService(options, 'serve', stack);
  if (!service) throw new Error('a store opened for serving must exist');
  const { config } = options;
  const { source, summaries, clock, observe, observers } = service;
  const upkeep = createUpkeep(service, config);
  const room = roomForConnections();
  for (const text of warnings(config, room)) observe({ type: 'warning', text });

  const { createMetrics } = await import('../telemetry/metrics.ts');
  const reads = { full: 0, notModified: 0, stale: 0, missed: 0 };
  const report = shareReport(source.report);
  const newest = () => summaries.latest()?.summary.newest;
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
    ...limitsOf(config, room),
    ...readersOf(service, config),
    reads,
    report,
    metrics: hasMetricsPort ? undefined : metrics,
    refreshing: refreshGuardOptions(service, config),
    readSenticryptDay: createSenticryptDay(service),
  });
  const address = await app.listen({ host, port: config.PORT });
  observe({ type: 'listening', address, source: source.name });
  const schedule = upkeep.run();
  const rest = stack.move();
  return {
    address,
    metricsAddress: metricsServer?.address,
    async [Symbol.asyncDispose]() {
      // Accepts no more requests, then ends the refresh, then sends the responses that waited for it.
      const closed = app.close();
      await rest.disposeAsync();
      await schedule;
      await closeInTime(app, closed);
    },
  };
}

/** Clients that send or read slowly must not delay the stop. */
export async function closeInTime({ server }: FastifyInstance, closed: PromiseLike<unknown>): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}
