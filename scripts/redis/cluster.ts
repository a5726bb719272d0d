import { launchNode, type Node, settled, withClient } from './node.ts';
import { freePort } from './start.ts';

const SLOTS = 16_384;

export interface Cluster extends AsyncDisposable {
  readonly url: string;
  readonly nodes: readonly Node[];
  /** The one that has a key. */
  ownerOf(key: string): Promise<Node>;
  /** Whether every node says that all slots are served. */
  isWhole(): Promise<boolean>;
}

/** Three masters, without replicas. */
export async function launchCluster(): Promise<Cluster> {
  await using stack = new AsyncDisposableStack();
  const size = 3;
  const nodes: Node[] = [];
  const buses: number[] = [];
  for (let index = 0; index < size; index += 1) {
    const bus = await freePort();
    const options = [
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      String(bus),
      '--cluster-node-timeout',
      '1000',
    ];
    nodes.push(stack.use(await launchNode(options)));
    buses.push(bus);
  }
  const slots = Math.ceil(SLOTS / size);
  for (const [index, { url, port }] of nodes.entries()) {
    const [first, last] = [index * slots, Math.min((index + 1) * slots, SLOTS) - 1];
    const meet = ['CLUSTER', 'MEET', '127.0.0.1', String(port), String(buses[index])];
    await withClient(url, async (client) => {
      await client.sendCommand(['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)]);
      await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(first), String(last)]);
    });
    if (index > 0) await withClient(nodes[0]?.url ?? '', (client) => client.sendCommand(meet));
  }
  const isWhole = async (): Promise<boolean> => {
    const infos = nodes.map(({ url }) => withClient(url, (client) => client.clusterInfo()));
    return (await Promise.all(infos)).every(
      (info) => /cluster_state:ok/.test(info) && info.includes(`cluster_size:${size}`),
    );
  };
  await settled('the cluster is whole', isWhole);
  const rest = stack.move();
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    async ownerOf(key) {
      const slot = await withClient(nodes[0]?.url ?? '', (client) => client.clusterKeySlot(key));
      return nodes[Math.floor(slot / slots)] as Node;
    },
    isWhole,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
