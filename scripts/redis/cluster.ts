import { launchNode, type Node, settled, withClient } from './node.ts';
import { freePort } from './start.ts';

const SLOTS = 16_384;

export interface Cluster extends AsyncDisposable {
  readonly url: string;
  readonly nodes: readonly Node[];
  /** The node that stores a key. */
  ownerOf(key: string): Promise<Node>;
  /** Whether every node reports that all slots are served. */
  isWhole(): Promise<boolean>;
  /** Starts a replica of one of the masters, in sync with it; it ends with the cluster. */
  addReplica(of: Node): Promise<Node>;
}

async function launchMember(): Promise<{ node: Node; bus: number }> {
  const bus = await freePort();
  const options = ['--cluster-enabled', 'yes', '--cluster-port', String(bus)];
  return { node: await launchNode([...options, '--cluster-node-timeout', '1000']), bus };
}

const send = ({ url }: Node, ...command: string[]) =>
  withClient(url, (client) => client.sendCommand(command));

/** Starts a cluster of three masters without replicas. */
export async function launchCluster(): Promise<Cluster> {
  await using stack = new AsyncDisposableStack();
  const size = 3;
  const nodes: Node[] = [];
  const slots = Math.ceil(SLOTS / size);
  for (let index = 0; index < size; index += 1) {
    const { node, bus } = await launchMember();
    nodes.push(stack.use(node));
    const [first, last] = [index * slots, Math.min((index + 1) * slots, SLOTS) - 1];
    await send(node, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    await send(node, 'CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
    const [one = node] = nodes;
    if (one !== node) await send(one, 'CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(bus));
  }
  const isWhole = async (): Promise<boolean> => {
    const infos = nodes.map(({ url }) => withClient(url, (client) => client.clusterInfo()));
    return (await Promise.all(infos)).every(
      (info) => /cluster_state:ok/.test(info) && info.includes(`cluster_size:${size}`),
    );
  };
  await settled('the cluster is complete', isWhole);
  const rest = stack.move();
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    async ownerOf(key) {
      const slot = await withClient(nodes[0]?.url ?? '', (client) => client.clusterKeySlot(key));
      return nodes[Math.floor(slot / slots)] as Node;
    },
    isWhole,
    async addReplica(of) {
      const { node, bus } = await launchMember();
      rest.use(node);
      await send(of, 'CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(bus));
      const id = String(await send(of, 'CLUSTER', 'MYID'));
      await settled(
        'the node is a replica',
        async () => (await send(node, 'CLUSTER', 'REPLICATE', id)) !== null,
      );
      await settled('the replica is in sync', async () =>
        /master_link_status:up/.test(String(await send(node, 'INFO', 'replication'))),
      );
      return node;
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
