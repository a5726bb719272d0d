import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { eventually } from '../eventually.ts';
import { needsRedis, testRedis } from '../stores/redis.ts';
import { temporaryFolder } from '../temporary.ts';
import { serve } from './process.ts';

/** Where services that are started one after the other find the same samples. */
export const WORKER_STORES = [
  { name: 'SQLite', needs: {}, settings: (t: TestContext) => ({ DATA_DIR: temporaryFolder(t) }) },
  {
    name: 'Redis',
    needs: needsRedis,
    settings: (t: TestContext) => {
      const { url, keyPrefix } = testRedis();
      return { DATA_DIR: temporaryFolder(t), REDIS_URL: url, KEY_PREFIX: keyPrefix };
    },
  },
] as const;

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Connection {
  ask(path: string, method?: string, headers?: Record<string, string>): Promise<Answer>;
}

/** Opens connections that stay open, as many for each worker: a worker gets every n-th. */
export function openConnections(
  t: TestContext,
  address: string,
  count: number,
  localAddress = '127.0.0.1',
): Connection[] {
  return Array.from({ length: count }, () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
    t.after(() => agent.destroy());
    return {
      async ask(path, method = 'GET', headers = {}) {
        const sent = request(new URL(path, address), { agent, method, headers, localAddress }).end();
        const [response] = (await once(sent, 'response')) as [IncomingMessage];
        return { status: response.statusCode, headers: response.headers, body: await text(response) };
      },
    };
  });
}

/** The ids of the processes that a process has started. */
export const childrenOf = (pid: number | undefined): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts the service with workers. */
export async function serveWith(t: TestContext, workers: number, env: Record<string, string>) {
  const service = await serve(t, { WORKERS: String(workers), ...env });
  const pids = () => childrenOf(service.child.pid);
  return {
    ...service,
    pids,
    /** Kills a worker, and waits until another one serves in its place. */
    async replace(pid: number): Promise<void> {
      const before = service.output().length;
      process.kill(pid, 'SIGKILL');
      await eventually('it is replaced', () => /worker \d+ serves/.test(service.output().slice(before)));
    },
  };
}
