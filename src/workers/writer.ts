import cluster from 'node:cluster';
import { type AssembleOptions, assembleService } from '../bootstrap/assemble.ts';
import { createUpkeep, limitsOf, type RunningService, refreshGuardOptions } from '../bootstrap/start.ts';
import { roomForConnections } from '../config/connection-limit.ts';
import { warnings } from '../config/warnings.ts';
import { ignoreRejection, SetupError } from '../domain/errors.ts';
import type { SummaryWithFreshness } from '../domain/summary.ts';
import { ALL, tooManyConnections } from '../http/limits/connections.ts';
import { abortable } from '../http/limits/shared-work.ts';
import { startMetricsServer } from '../http/metrics-server.ts';
import { openRefreshGuard } from '../http/routes/refresh.ts';
import { tooManyOfAddress, tooManyReaders } from '../http/streaming/live-readers.ts';
import { createSenticryptDay } from '../service/senticrypt-day.ts';
import { shareReport } from '../service/shared-report.ts';
import { createMetrics, type MetricValues } from '../telemetry/metrics.ts';
import { createMetricSum } from '../telemetry/summed-metrics.ts';
import type { Handlers } from './channel.ts';
import { grantedShare } from './grants.ts';
import { createLedger } from './ledger.ts';
import { createPool, type PooledWorker } from './pool.ts';
import type { NumberedSummary } from './pushed-summaries.ts';

/** How long the response to a refresh waits until all workers have the new answer. */
const HAS_ANSWER_LIMIT_MS = 250;

/** How long a scrape waits for the metrics of a worker. Then it gets those of the last scrape. */
const METRICS_LIMIT_MS = 1000;

/** Runs what happens once per service: source, refreshes and writes. Its workers answer the requests. */
export async function startWriter(options: AssembleOptions): Promise<RunningService> {
  if (cluster.worker) {
    // The channel to that program would keep this process running.
    cluster.worker.disconnect();
    throw new SetupError(
      'WORKERS does not work in a cluster of another program, such as pm2 -i: set it to 1',
    );
  }
  await using stack = new AsyncDisposableStack();
  const service = await assembleService(options, 'serve', stack);
  if (!service) throw new Error('a store opened for serving must exist');
  const { config } = options;
  const { source, summaries, readiness, clock, observe, observers, signal } = service;
  const upkeep = createUpkeep(service, config);
  for (const text of warnings(config, roomForConnections() * config.WORKERS))
    observe({ type: 'warning', text });

  const report = shareReport(source.report);
  const reads = { full: 0, notModified: 0, stale: 0, missed: 0 };
  const newest = () => summaries.latest()?.summary.newest;
  const metrics = createMetrics({ reads, newest, clock, report: () => report(clock()), workers: 0 });
  observers.push(metrics.observe);
  const sum = createMetricSum();
  const lastMetrics = new WeakMap<PooledWorker, readonly MetricValues[]>();

  const readSenticryptDay = createSenticryptDay(service);
  const guard = await openRefreshGuard(refreshGuardOptions(service, config));

  const numbered = (number: number, latest: SummaryWithFreshness | undefined): NumberedSummary => ({
    number,
    text: latest ? JSON.stringify(latest.summary) : '',
  });
  let answer = numbered(0, summaries.latest());
  /** Until all workers have it. */
  let sending = Promise.resolve();
  summaries.watch((latest) => {
    answer = numbered(answer.number + 1, latest);
    sending = pool.askAll('answer', [`${answer.number}`, answer.text], HAS_ANSWER_LIMIT_MS);
  });

  const ledger = createLedger();
  const { MAX_LIVE_READERS: maxReaders, MAX_LIVE_READERS_PER_ADDRESS: maxReadersOfAddress } = config;
  const { maxConnections, maxConnectionsPerAddress } = limitsOf(config, Number.POSITIVE_INFINITY);
  const READERS = 'readers';

  const scrape = shareReport(async () => {
    const collect = async (worker: PooledWorker) => {
      const values = await worker.channel.ask('metrics', [], METRICS_LIMIT_MS).catch(ignoreRejection);
      if (Array.isArray(values)) lastMetrics.set(worker, values);
    };
    const [own] = await Promise.all([metrics.values(), ...[...pool.serving].map(collect)]);
    return await sum.text([own, ...[...pool.serving].map((worker) => lastMetrics.get(worker) ?? [])].flat());
  });
  const metricsText = () => scrape(clock());

  function handlersOf(id: number): Handlers {
    ledger.enter(id);
    return {
      async read() {
        await summaries.read();
        return { ...answer, troubles: readiness.troubles() };
      },
      ready: () => readiness.check(),
      sources: () => report(clock()),
      day: () => readSenticryptDay(),
      token: (network = '', given = '') => guard.checkToken?.(network, given),
      async refresh(network = '') {
        signal.throwIfAborted();
        const done = await abortable(guard.run(network), signal);
        await sending;
        return done;
      },
      metrics: metricsText,
      takeConnection(network, grant = '') {
        const max = network === ALL ? maxConnections : maxConnectionsPerAddress;
        const name = `connections ${network}`;
        if (ledger.take(id, grant, { [name]: grantedShare(max, config.WORKERS) }))
          throw tooManyConnections(max);
      },
      takeReader(network, grant = '') {
        const limits = { [READERS]: maxReaders, [`${READERS} ${network}`]: maxReadersOfAddress };
        const full = ledger.take(id, grant, limits);
        if (full === READERS) throw tooManyReaders(maxReaders);
        if (full) throw tooManyOfAddress(maxReadersOfAddress);
      },
      give: (grant = '') => ledger.give(id, grant),
    };
  }

  const pool = createPool({
    count: config.WORKERS,
    handlersOf,
    async checkAlive({ channel }, limitMs) {
      // Reads the store again if it is time to.
      await summaries.read().catch(ignoreRejection);
      await channel.ask('alive', summaries.unexpired(clock()) ? [`${answer.number}`] : [], limitMs);
    },
    onEnd(worker) {
      ledger.leave(worker.id);
      sum.keep(lastMetrics.get(worker) ?? []);
    },
    observe,
  });
  stack.defer(async () => {
    // Ends a refresh, so that the workers can send the responses that wait for it.
    service.abort();
    await pool.stop();
  });
  const { HOST: host, METRICS_PORT: metricsPort, TRUST_PROXY: trustProxy } = config;
  const page = { contentType: metrics.contentType, text: metricsText };
  const metricsServer =
    metricsPort === undefined
      ? undefined
      : stack.use(
          await startMetricsServer(metricsPort, {
            source: source.name,
            observe,
            trustProxy,
            host,
            metrics: page,
          }),
        );
  const address = await pool.start();
  observe({ type: 'listening', address, source: source.name });
  const upkeepEnded = upkeep.run();
  const rest = stack.move();
  return {
    address,
    metricsAddress: metricsServer?.address,
    async [Symbol.asyncDispose]() {
      await rest.disposeAsync();
      await upkeepEnded;
    },
  };
}
