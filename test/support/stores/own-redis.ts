import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { freePort, launchRedis, type RunningRedis } from '../../../scripts/redis/start.ts';
import { temporaryFolder } from '../temporary.ts';
import { connectPlain } from './redis.ts';

/** A Redis that the test may do anything to. It keeps its folder and its port from one start to the next. */
export interface OwnRedis {
  readonly port: number;
  readonly folder: string;
  /** Starts it, with settings as on its command line. Resolves when it answers. */
  start(...settings: string[]): Promise<void>;
  /** By SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** By SIGSTOP: connections stay, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** A command of its operator, on a connection that no fault touches. */
  command(...words: string[]): Promise<unknown>;
}

type Plain = Awaited<ReturnType<typeof connectPlain>>;

/** The server's own process: that of the running Redis is only the one that looks after it. */
async function serverPid(client: Plain): Promise<number> {
  const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  // In a container it would be another process's number here.
  const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  if (!name.startsWith('redis-server')) throw new Error('this Redis cannot be killed from here');
  return pid;
}

/** Not started yet; ended after the test. */
export async function ownRedis(t: TestContext): Promise<OwnRedis> {
  const port = await freePort();
  const folder = temporaryFolder(t);
  let running: { redis: RunningRedis; client: Plain; pid: number } | undefined;

  const signal = (name: NodeJS.Signals): void => void (running && process.kill(running.pid, name));

  async function end(): Promise<void> {
    if (!running) return;
    signal('SIGKILL');
    await running.redis.ended;
    running.client.destroy();
    await running.redis[Symbol.asyncDispose]();
    running = undefined;
  }

  t.after(end);
  return {
    port,
    folder,
    async start(...settings) {
      const redis = await launchRedis(port, ['--dir', folder, ...settings]);
      const client = await connectPlain(redis.url);
      running = { redis, client, pid: await serverPid(client) };
    },
    kill: end,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    command: async (...words) => running?.client.sendCommand(words),
  };
}
