import { type BaseAppOptions, createBaseApp } from './app.ts';
import { type MetricsPage, metricsRoute } from './routes/metrics.ts';

const MAX_CONNECTIONS = 100;

/** How long pending responses may take to leave when the server closes. */
const CLOSE_GRACE_MS = 100;

export interface MetricsServer extends AsyncDisposable {
  readonly address: string;
}

/**
 * Serves only `GET /metrics`, with the limits of the main server.
 *
 * @param port 0 selects a free port.
 * @throws the error of `listen`.
 */
export async function startMetricsServer(
  port: number,
  options: Omit<BaseAppOptions, 'maxConnections' | 'maxConnectionsPerAddress'> & {
    metrics: MetricsPage;
    host: string;
  },
): Promise<MetricsServer> {
  const limits = { maxConnections: MAX_CONNECTIONS, maxConnectionsPerAddress: MAX_CONNECTIONS };
  const { app, addRouteHooks } = createBaseApp({ ...options, ...limits });
  addRouteHooks(app);
  metricsRoute(app, options);
  const address = await app.listen({ host: options.host, port });
  options.observe({ type: 'metrics_listening', address });
  return {
    address,
    async [Symbol.asyncDispose]() {
      const closed = app.close();
      const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}
