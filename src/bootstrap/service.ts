import { type Config, liveSettingsOf, proxiesOf } from '../config/config.ts';
import { roomForConnections } from '../config/connection-limit.ts';
import { warnings } from '../config/warnings.ts';
import { StoppingError } from '../domain/errors.ts';
import { createOutbound } from '../outbound/client.ts';
import { createHistories } from '../service/history.ts';
import { createLive } from '../service/live-updates.ts';
import type { Observe, ServiceEvent } from '../service/observer.ts';
import { createReadiness } from '../service/readiness.ts';
import { createRefresh } from '../service/refresh.ts';
import { createMending } from '../service/rollup-repair.ts';
import { runSchedule } from '../service/schedule.ts';
import { createSenticryptDays } from '../service/senticrypt-days.ts';
import { shareReport } from '../service/shared-report.ts';
import { createSummaries } from '../service/summary.ts';
import { openSource } from '../sources/open.ts';
import type { Access } from '../stores/access.ts';
import { openStore } from '../stores/open.ts';
import { placeOf } from './open-store.ts';

export interface AssembleOptions {
  readonly config: Config;
  readonly observe: Observe;
  readonly clock?: () => number;
}

/** What every way of running has: the store, the source, and the service over both. */
export async function assembleService(options: AssembleOptions, access: Access, stack: AsyncDisposableStack) {
  const { config, observe: tell, clock = Date.now } = options;
  const observers: Observe[] = [tell];
  const observe: Observe = (event: ServiceEvent) => {
    for (const one of observers) one(event);
  };

  let update = (): void => undefined;
  const opened = await openStore({
    ...placeOf(config),
    access,
    onChange(error) {
      observe(error ? { type: 'store_away', error } : { type: 'store_back' });
      // Changes that were told meanwhile were not heard.
      if (!error) update();
    },
    onUpdate() {
      observe({ type: 'changed_elsewhere' });
      update();
    },
    onLost: (error) => observe({ type: 'store_lost', error }),
    onWarning: (text) => observe({ type: 'warning', text }),
  });
  if (!opened) return undefined;
  const store = stack.use(opened.store);
  const { cache, fleet } = opened;

  const source = stack.use(
    await openSource({
      name: config.SOURCE,
      senticryptUrl: config.SENTICRYPT_URL,
      live: liveSettingsOf(config),
      stateStore: opened.stateStore,
      outbound: stack.use(
        createOutbound({
          proxies: proxiesOf(config),
          observe: (event) =>
            event.type === 'failed' &&
            observe({ type: 'outbound_failed', host: event.host, error: event.error }),
        }),
      ),
      onUnfit: (kind) => observe({ type: 'unfit', kind }),
    }),
  );
  const summaries = stack.use(
    createSummaries({
      store,
      cache: access === 'read' ? undefined : cache,
      fleet,
      source: source.name,
      clock,
      timeToLive: config.CACHE_TTL,
      staleAfter: config.STALE_AFTER,
      observe,
    }),
  );
  // Errors go to the observer; readers keep getting the last good answer.
  update = () => void summaries.renew().catch(() => undefined);
  const readiness = createReadiness({ store, summaries, clock });
  observers.push(readiness.observe);

  const stopping = new AbortController();
  const { signal } = stopping;
  const refresh = createRefresh({ source, store, fleet, summaries, clock, observe, signal });
  const background: Promise<void>[] = [];
  // What runs is ended first, and over before anything that it uses is closed.
  stack.defer(async () => {
    stopping.abort(new StoppingError());
    if (refresh.isRunning()) await refresh.run().catch(() => 'stopped');
    await Promise.all(background);
  });
  return {
    config,
    store,
    fleet,
    source,
    summaries,
    readiness,
    refresh,
    clock,
    observers,
    observe,
    signal,
    background,
  };
}

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
  const mending = createMending({ mend: (end) => store.mend(end), observe, signal });
  service.observers.push(mending.observe);
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
  const door = { source: service.source.name, observe, trustProxy, host, metrics };
  const metricsServer = stack.use(await startMetricsServer(metricsPort, door));
  const app = await createApp({
    ...service,
    ...door,
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
  service.background.push(mending.run());
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
