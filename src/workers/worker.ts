import { storeOf } from '../bootstrap/open-store.ts';
import { closeInTime, limitsOf, readersOf } from '../bootstrap/start.ts';
import type { Config } from '../config/config.ts';
import { roomForConnections } from '../config/connection-limit.ts';
import { writerVersion } from '../config/writer-version.ts';
import { ignoreRejection, StoppingError } from '../domain/errors.ts';
import type { SourcesReport } from '../domain/sources/report.ts';
import { VERSION } from '../domain/version.ts';
import { createApp } from '../http/app.ts';
import { ALL } from '../http/limits/connections.ts';
import type { Observe } from '../service/observer.ts';
import type { Readiness, Trouble } from '../service/readiness.ts';
import type { RefreshReport } from '../service/refresh-report.ts';
import { shareReport } from '../service/shared-report.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { openChannel } from './channel.ts';
import { faultText } from './faults.ts';
import { createGrants, ownShare, shareConnections } from './grants.ts';
import { createPushedSummaries, type NumberedSummary } from './pushed-summaries.ts';

/** A refresh has its own, shorter limits. */
const REFRESH_LIMIT_MS = 300_000;

interface State extends NumberedSummary {
  readonly troubles: readonly Trouble[];
}

/**
 * Answers requests until the writer ends it: from its copy of the summary and from the store, which it only reads. All else is
 * asked of the writer. If the writer ends, `node:cluster` ends this process.
 */
export async function runWorker(config: Config, observeProcess: Observe): Promise<void> {
  const clock = Date.now;
  const reads = { full: 0, notModified: 0, stale: 0, missed: 0 };
  const metrics = createMetrics({
    reads,
    newest: () => undefined,
    clock,
    report: async () => {
      throw new Error('only the writer has a source');
    },
  });
  const observe: Observe = (event) => {
    observeProcess(event);
    metrics.observe(event);
  };

  const stopped = Promise.withResolvers<void>();
  let troubles: readonly Trouble[] = [];
  const channel = openChannel(
    process,
    {
      stop: () => stopped.resolve(),
      answer: (number, text = '') => summaries.receive({ number: Number(number), text }),
      alive(current) {
        if (current) summaries.confirm(Number(current));
      },
      metrics: () => metrics.values(),
    },
    observe,
  );
  const { ask, tell } = channel;
  const summaries = createPushedSummaries({
    async ask() {
      const state = (await ask('read')) as State;
      troubles = state.troubles;
      return state;
    },
    clock,
    timeToLiveMs: config.CACHE_TTL,
    staleAfterMs: config.STALE_AFTER,
  });
  let checking: ReturnType<Readiness['check']> | undefined;
  const readiness: Readiness = {
    observe: () => undefined,
    check() {
      checking ??= (ask('ready') as ReturnType<Readiness['check']>).finally(() => {
        checking = undefined;
      });
      return checking;
    },
    troubles: () => troubles,
  };

  const stopping = new AbortController();
  const { signal } = stopping;
  const source = { name: config.SOURCE };
  const take = createGrants(channel);
  const report = shareReport(async () => (await ask('sources')) as SourcesReport);
  try {
    if (writerVersion() !== VERSION) {
      await tell('outdated', VERSION);
      throw new Error(`the program was replaced by version ${VERSION}`);
    }
    const opened = await storeOf(config).open('read', {
      onChange: (error) => observe(error ? { type: 'store_away', error } : { type: 'store_back' }),
      onUpdate: () => undefined,
      onWarning: (text) => observe({ type: 'warning', text }),
    });
    if (!opened) throw new Error('the writer has not created the store');
    const { store } = opened;
    // Without an answer, requests say why.
    await summaries.read().catch(ignoreRejection);

    const service = { store, source, summaries, clock, observe, signal, readiness };
    const { WORKERS: workers, TRUST_PROXY: trustProxy } = config;
    const limits = limitsOf(config, Number.POSITIVE_INFINITY);
    let day: { readonly of: unknown; readonly text: Promise<unknown> } | undefined;
    const app = await createApp({
      ...service,
      ...limits,
      ...readersOf(service, config),
      source: config.SOURCE,
      trustProxy,
      // After a worker has ended, the others have its clients for a long time.
      maxConnections: Math.min(Math.ceil((2 * limits.maxConnections) / workers), roomForConnections()),
      sharedConnections: shareConnections(take, (network) =>
        ownShare(network === ALL ? limits.maxConnections : limits.maxConnectionsPerAddress, workers),
      ),
      shareReader: (network) => take('takeReader', network),
      refreshing: {
        checkToken:
          config.REFRESH_TOKEN === undefined
            ? undefined
            : async (network, given) => void (await ask('token', [network, given])),
        run: async (network) => (await ask('refresh', [network], REFRESH_LIMIT_MS)) as RefreshReport,
      },
      reads,
      report: () => report(clock()),
      metrics:
        config.METRICS_PORT === undefined
          ? { contentType: metrics.contentType, text: async () => String(await ask('metrics')) }
          : undefined,
      async readSenticryptDay() {
        const latest = await summaries.read();
        if (day?.of !== latest) day = { of: latest, text: ask('day', [], 30_000) };
        const current = day;
        try {
          const text = await day?.text;
          return typeof text === 'string' ? text : undefined;
        } catch (error) {
          if (day === current) day = undefined;
          throw error;
        }
      },
    });
    const address = await app.listen({ host: config.HOST, port: config.PORT });
    void tell('listening', address);
    await stopped.promise;
    const closed = app.close();
    stopping.abort(new StoppingError());
    await closeInTime(app, closed);
    await store[Symbol.asyncDispose]();
  } catch (error) {
    await tell('failed', faultText(error));
    throw error;
  }
}
