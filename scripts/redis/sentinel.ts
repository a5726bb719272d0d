import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGuarded } from './guarded.ts';
import { localLauncher } from './launchers.ts';
import { launchNode, type Node, settled, withClient } from './node.ts';
import { freePort } from './start.ts';

const NAME = 'lit';
const SIZE = 3;

export interface Sentinel {
  readonly port: number;
  /** The URL of the sentinel itself, as a single server. */
  readonly url: string;
  /** Sends a signal to the sentinel itself. */
  signal(name: NodeJS.Signals): void;
}

export interface Watched extends AsyncDisposable {
  /** Without user names and passwords. */
  readonly url: string;
  readonly name: string;
  /** The master and the replica at the start. */
  readonly nodes: readonly [Node, Node];
  readonly sentinels: readonly Sentinel[];
  /** Whether all sentinels and the node itself report that it is the master. */
  isMaster(node: Node): Promise<boolean>;
}

/** Starts a sentinel that watches a server as its master; it ends with the stack. */
export async function launchSentinel(
  stack: AsyncDisposableStack,
  master: { readonly port: number },
  password?: string,
): Promise<Sentinel> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'is-bitcoin-lit-sentinel-'));
  const file = join(folder, 'sentinel.conf');
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    ...(password ? [`requirepass "${password}"`] : []),
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
    `sentinel down-after-milliseconds ${NAME} 500`,
    `sentinel failover-timeout ${NAME} 2000`,
  ];
  await writeFile(file, `${settings.join('\n')}\n`);
  const { sentinel } = await localLauncher();
  stack.use(runGuarded(sentinel(file), folder));
  const url = `redis://${password ? `:${encodeURIComponent(password)}@` : ''}127.0.0.1:${port}`;
  let pid = 0;
  await settled('the sentinel responds', async () => {
    const info = await withClient(url, (client) => client.info('server'));
    pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
    return true;
  });
  return { port, url, signal: (name) => void process.kill(pid, name) };
}

/** Starts a master, a replica, and three sentinels that know both and each other. */
export async function launchWatched(password?: string): Promise<Watched> {
  await using stack = new AsyncDisposableStack();
  const master = stack.use(await launchNode(['--repl-diskless-sync-delay', '0']));
  const replica = stack.use(await launchNode(['--replicaof', '127.0.0.1', String(master.port)]));
  const sentinels: Sentinel[] = [];
  while (sentinels.length < SIZE) sentinels.push(await launchSentinel(stack, master, password));

  async function stateAt({ url }: Sentinel): Promise<Map<string, string>> {
    const reply = await withClient(url, (client) => client.sendCommand(['SENTINEL', 'MASTER', NAME]));
    return new Map(Object.entries(reply as unknown as Record<string, string>));
  }
  await settled('the sentinels know all servers', async () => {
    const info = await withClient(replica.url, (client) => client.info('replication'));
    const states = await Promise.all(sentinels.map(stateAt));
    const seesAll = (state: Map<string, string>) =>
      state.get('num-slaves') === '1' && state.get('num-other-sentinels') === String(SIZE - 1);
    return /master_link_status:up/.test(info) && states.every(seesAll);
  });
  const rest = stack.move();
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    name: NAME,
    nodes: [master, replica],
    sentinels,
    async isMaster({ port, url }) {
      const states = await Promise.all(sentinels.map(stateAt));
      const [role] = (await withClient(url, (client) => client.sendCommand(['ROLE']))) as unknown as string[];
      return role === 'master' && states.every((state) => state.get('port') === String(port));
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
