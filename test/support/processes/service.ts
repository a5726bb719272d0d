import type { TestContext } from 'node:test';
import { startService } from '../../../src/bootstrap/start.ts';
import { readConfig } from '../../../src/config/config.ts';
import type { ServiceEvent } from '../../../src/service/observer.ts';
import { temporaryFolder } from '../temporary.ts';
import { OUTSIDE } from '../upstreams/outside.ts';

export interface TestService {
  readonly address: string;
  /** Of `METRICS_PORT`, where it is set. */
  readonly metricsAddress: string | undefined;
  readonly events: readonly ServiceEvent[];
  get(path?: string, headers?: Record<string, string>): Promise<Response>;
  post(path?: string, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

/** The real service on a real port, with the environment that it is given; refreshed on request only. */
export async function startTestService(
  t: TestContext,
  environment: Record<string, string>,
  clock: () => number = Date.now,
): Promise<TestService> {
  const config = readConfig({
    ...OUTSIDE,
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

/** A JSON body, to be asserted on. */
// biome-ignore lint/suspicious/noExplicitAny: what is asserted on is not known before
export async function json(response: Response | Promise<Response>): Promise<any> {
  return (await response).json();
}
