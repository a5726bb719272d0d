import type { TestContext } from 'node:test';
import { startService } from '../../../src/bootstrap/start.ts';
import { readConfig } from '../../../src/config/config.ts';
import type { ServiceEvent } from '../../../src/service/observer.ts';
import { temporaryFolder } from '../temporary.ts';
import { OFFLINE_SETTINGS } from '../upstreams/offline-settings.ts';

export interface TestService {
  readonly address: string;
  /** The address of `METRICS_PORT`, if it is set. */
  readonly metricsAddress: string | undefined;
  readonly events: readonly ServiceEvent[];
  get(path?: string, headers?: Record<string, string>): Promise<Response>;
  post(path?: string, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

/** Starts the service in this process, on a free port, with these settings. It refreshes only on request. */
export async function startTestService(
  t: TestContext,
  environment: Record<string, string>,
  clock: () => number = Date.now,
): Promise<TestService> {
  const config = readConfig({
    ...OFFLINE_SETTINGS,
    PORT: '0',
    DATA_DIR: environment['DATA_DIR'] ?? temporaryFolder(t),
    REFRESH_INTERVAL: '0',
    RATE_LIMIT: '0',
    ...environment,
  });
  const events: ServiceEvent[] = [];
  const service = await startService({ config, observe: (event) => events.push(event), clock });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= Promise.resolve(service[Symbol.asyncDispose]());
    return stopped;
  };
  t.after(stop);
  const ask =
    (method: string) =>
    (path: string, headers: Record<string, string> = {}) =>
      fetch(new URL(path, service.address), { method, headers, redirect: 'manual' });
  return {
    address: service.address,
    metricsAddress: service.metricsAddress,
    events,
    get: (path = '/is-bitcoin-lit', headers) => ask('GET')(path, headers),
    post: (path = '/refresh', headers) => ask('POST')(path, headers),
    stop,
  };
}

/** Parses a JSON body. */
// biome-ignore lint/suspicious/noExplicitAny: tests assert on any part of it
export async function json(response: Response | Promise<Response>): Promise<any> {
  return (await response).json();
}
