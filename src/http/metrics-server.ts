import { createFrame, type FrameOptions } from './app.ts';
import { createSharedBodies } from './caching/shared-bodies.ts';
import { type MetricsPage, metricsRoute } from './routes/metrics.ts';
import { sendLargeBodies } from './streaming/large-bodies.ts';
import { answerUnrouted } from './unrouted.ts';

/** Scrapers are few, and come every some seconds. */
const MOST_CONNECTIONS = 100;

/** How long an answer under way may take to leave when the door closes. Milliseconds. */
const LAST_ANSWERS = 100;

export interface MetricsServer extends AsyncDisposable {
  /** `undefined` where the metrics have no port of their own. */
  readonly address: string | undefined;
}

/**
 * `GET /metrics` and nothing else on a port of its own, bounded as the service's own door is.
 *
 * @param port 0 takes a free one; `undefined`: there is no such door.
 * @throws what listening throws.
 */
export async function startMetricsServer(
  port: number | undefined,
  options: Omit<FrameOptions, 'maxConnections' | 'maxConnectionsPerAddress'> & {
    metrics: MetricsPage;
    host: string;
  },
): Promise<MetricsServer> {
  if (port === undefined) return { address: undefined, [Symbol.asyncDispose]: async () => undefined };
  const { observe, metrics, host } = options;
  const { app, methodsOf, connections, queue } = createFrame({
    ...options,
    maxConnections: MOST_CONNECTIONS,
    maxConnectionsPerAddress: MOST_CONNECTIONS,
  });
  sendLargeBodies(app, { bodies: createSharedBodies(), connections, queue });
  answerUnrouted(app, methodsOf);
  app.addHook(
    'onResponse',
    async ({ routeOptions: { url } }, { statusCode: status, elapsedTime: duration }) => {
      observe({ type: 'responded', route: url ?? 'none', status, duration });
    },
  );
  metricsRoute(app, { metrics });
  const address = await app.listen({ host, port });
  observe({ type: 'metrics_listening', address });
  return {
    address,
    async [Symbol.asyncDispose]() {
      const closed = app.close();
      const timer = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS);
      await closed;
      clearTimeout(timer);
    },
  };
}
