import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { freePort, launchRedis, type RunningRedis } from '../../../scripts/redis/start.ts';
import { temporaryFolder } from '../temporary.ts';
import { connectPlain } from './redis.ts';

/** A Redis for one test, which may kill or reconfigure it. It keeps its folder and port when restarted. */
export interface DedicatedRedis {
  readonly port: number;
  readonly folder: string;
  /** Starts it with command line options. Resolves when it responds. */
  start(...settings: string[]): Promise<void>;
  /** Sends SIGKILL; resolves when it has ended. */
  kill(): Promise<void>;
  /** Sends SIGSTOP: connections stay open, but get no replies. */
  suspend(): void;
  resume(): void;
  /** Sends a command on a direct connection, which no fault affects. */
  command(...words: string[]): Promise<unknown>;
}

type RedisClient = Awaited<ReturnType<typeof connectPlain>>;

/** The process of the server itself; `RunningRedis` has that of its guardian. */
async function serverPid(client: RedisClient): Promise<number> {
  const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  // In a container, the process has another number on this machine.
  const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  if (!name.startsWith('redis-server')) throw new Error('this Redis cannot be killed from here');
  return pid;
}

/** Creates a Redis without starting it; killed after the test. */
export async function createDedicatedRedis(t: TestContext): Promise<DedicatedRedis> {
  const port = await freePort();
  const folder = temporaryFolder(t);
  let running: { redis: RunningRedis; client: RedisClient; pid: number } | undefined;

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
    suspend: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    command: async (...words) => running?.client.sendCommand(words),
  };
}
