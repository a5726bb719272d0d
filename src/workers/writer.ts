import { type AssembleOptions, assembleService } from '../bootstrap/assemble.ts';
import { createUpkeep, type RunningService, refreshGateOptions } from '../bootstrap/start.ts';
import { roomForConnections } from '../config/connection-limit.ts';
import { warnings } from '../config/warnings.ts';
import { StoppingError } from '../domain/errors.ts';
import type { KeptSummary } from '../domain/summary.ts';
import { startMetricsServer } from '../http/metrics-server.ts';
import { openRefreshGate } from '../http/routes/refresh.ts';
import { tooManyOfAddress, tooManyReaders } from '../http/streaming/live-readers.ts';
import { encodeAnswer } from '../service/cached-answer.ts';
import { createSenticryptDay } from '../service/senticrypt-day.ts';
import { shareReport } from '../service/shared-report.ts';
import { createMetrics, type MetricValues } from '../telemetry/metrics.ts';
import { createMetricSum } from '../telemetry/summed-metrics.ts';
import type { Handlers } from './channel.ts';
import { ownShare } from './connection-shares.ts';
import { createLedger } from './ledger.ts';
import { createPool, type PooledWorker } from './pool.ts';

/** How long the response to a refresh waits until all workers have the new answer. */
const SEEN_LIMIT_MS = 250;

/** How long a scrape waits for the metrics of a worker. Then it gets those of the last scrape. */
const METRICS_LIMIT_MS = 1000;

/** Runs what happens once per service: source, refreshes and writes. Its workers answer the requests. */
export async function startWriter(options: AssembleOptions): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService(options, 'serve', stack);
  if (!service) throw new Error('a store opened for serving must exist');
  const { config } = options;
  const { source, summaries, readiness, clock, observe, observers } = service;
  const upkeep = createUpkeep(service, config);
  for (const text of warnings(config, roomForConnections() * config.WORKERS))
    observe({ type: 'warning', text });

  const report = shareReport(source.report);
  const reads = { full: 0, notModified: 0, stale: 0, missed: 0 };
  const newest = () => summaries.last()?.summary.newest;
  const metrics = createMetrics({ reads, newest, clock, report: () => report(clock()) });
  observers.push(metrics.observe);
  const sum = createMetricSum();
  const lastMetrics = new WeakMap<PooledWorker, readonly MetricValues[]>();

  const readSenticryptDay = createSenticryptDay(service);
  const gate = await openRefreshGate(refreshGateOptions(service, config));
  const stopping = Promise.withResolvers<never>();
  stopping.promise.catch(() => undefined);

  let encoded: { readonly kept: KeptSummary; readonly text: string } | undefined;
  function textOf(kept: KeptSummary | undefined): string {
    if (!kept) return '';
    // Workers find out themselves whether it is stale.
    if (encoded?.kept !== kept)
      encoded = { kept, text: encodeAnswer(kept.summary, { stale: false, source: source.name }) };
    return encoded.text;
  }

  summaries.watch((kept) => pool.tellAll('answer', textOf(kept)));

  const ledger = createLedger();
  const { MAX_LIVE_READERS: maxReaders, MAX_LIVE_READERS_PER_ADDRESS: maxReadersOfAddress } = config;
  const maxConnections = config.MAX_CONNECTIONS_PER_ADDRESS;
  const grants = maxConnections - config.WORKERS * ownShare(maxConnections, config.WORKERS);
  const READERS = 'readers';

  async function metricsText(): Promise<string> {
    const collect = async (worker: PooledWorker) => {
      const values = await worker.channel.ask('metrics', [], METRICS_LIMIT_MS).catch(() => undefined);
      if (Array.isArray(values)) lastMetrics.set(worker, values);
    };
    const [own] = await Promise.all([metrics.values(), ...[...pool.serving].map(collect)]);
    return await sum.text([own, ...[...pool.serving].map((worker) => lastMetrics.get(worker) ?? [])].flat());
  }

  const handlersOf = (id: number): Handlers => ({
    async read() {
      const kept = await summaries.read();
      return { text: textOf(kept), troubles: readiness.troubles() };
    },
    ready: () => readiness.check(),
    sources: () => report(clock()),
    day: () => readSenticryptDay(),
    token: (network = '', given = '') => gate.checkToken?.(network, given),
    async refresh(network = '') {
      const done = await Promise.race([gate.run(network), stopping.promise]);
      await pool.askAll('seen', SEEN_LIMIT_MS);
      return done;
    },
    metrics: metricsText,
    take: (network) => ledger.take(id, `connections ${network}`, grants),
    give: (network) => ledger.give(id, `connections ${network}`),
    reader(network) {
      if (!ledger.take(id, READERS, maxReaders)) throw tooManyReaders(maxReaders);
      if (ledger.take(id, `${READERS} ${network}`, maxReadersOfAddress)) return;
      ledger.give(id, READERS);
      throw tooManyOfAddress(maxReadersOfAddress);
    },
    readerLeft(network) {
      ledger.give(id, READERS);
      ledger.give(id, `${READERS} ${network}`);
    },
  });

  const pool = createPool({
    count: config.WORKERS,
    handlersOf,
    async sign({ channel }, limitMs) {
      // Reads the store again if it is time to.
      await summaries.read().catch(() => undefined);
      await channel.ask('sign', summaries.current(clock()) ? ['1'] : [], limitMs);
    },
    onEnd(worker) {
      ledger.forget(worker.id);
      sum.keep(lastMetrics.get(worker) ?? []);
    },
    observe,
  });
  stack.defer(async () => {
    stopping.reject(new StoppingError());
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
