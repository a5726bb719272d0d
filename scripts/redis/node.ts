import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { localLauncher } from './launchers.ts';
import { freePort, launchRedis, type RunningRedis } from './start.ts';

/** Milliseconds until several servers have found each other. */
const LIMIT = 30_000;

/** A plain client for the time that one piece of work takes. */
export async function withClient<T>(
  url: string,
  work: (client: ReturnType<typeof createClient>) => Promise<T>,
): Promise<T> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1000 } });
  client.on('error', () => 'told by what is awaited');
  try {
    await client.connect();
    return await work(client as ReturnType<typeof createClient>);
  } finally {
    client.destroy();
  }
}

/** Waits for what several servers have to agree on. */
export async function settled(name: string, isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + LIMIT;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > until) throw new Error(`it does not become true that ${name}`);
    await sleep(50);
  }
}

/** One of several servers, which keeps its data and its place among the others when it is killed and started again. */
export interface Node extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** To the server itself. */
  signal(name: NodeJS.Signals): void;
  /** Kills it, as a power cut would. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function launchNode(extra: readonly string[]): Promise<Node> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'is-bitcoin-lit-redis-'));
  const options = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', ...extra];
  let running: RunningRedis | undefined;
  let pid = 0;

  async function start(): Promise<void> {
    running = await launchRedis(port, options, [await localLauncher()]);
    const info = await withClient(running.url, (client) => client.info('server'));
    pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
  }

  async function dispose(): Promise<void> {
    await running?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    signal: (name) => void process.kill(pid, name),
    async kill() {
      process.kill(pid, 'SIGKILL');
      await running?.ended;
    },
    start,
    [Symbol.asyncDispose]: dispose,
  };
}
