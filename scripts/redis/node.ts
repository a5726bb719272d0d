import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newClient } from './client.ts';
import { localLauncher } from './launchers.ts';
import { freePort, launchRedis, type RunningRedis } from './start.ts';

const SETTLE_TIMEOUT_MS = 30_000;

/** Connects a client for one piece of work. */
export async function withClient<T>(
  url: string,
  work: (client: ReturnType<typeof newClient>) => Promise<T>,
): Promise<T> {
  const client = newClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1000 } });
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** Waits until several servers agree. An exception counts as false. */
export async function settled(name: string, isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + SETTLE_TIMEOUT_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > until) throw new Error(`not true within ${SETTLE_TIMEOUT_MS} ms: ${name}`);
    await sleep(50);
  }
}

/** One of several servers. It keeps its data and its role when it is killed and restarted. */
export interface Node extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Sends a signal to the server itself. */
  signal(name: NodeJS.Signals): void;
  /** Sends SIGKILL to the server; resolves when it has ended. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function launchNode(extra: readonly string[]): Promise<Node> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'is-bitcoin-lit-redis-'));
  // Written before each reply, which is enough for a kill; waiting for the disk would only slow tests down.
  const options = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'no', ...extra];
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
