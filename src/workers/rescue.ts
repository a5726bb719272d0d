import type { Worker } from 'node:cluster';

/** Node's own messages: one hands over a connection, and one says whether it was taken. */
interface ClusterMessage {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

interface Connection {
  close(): void;
}

/**
 * When a worker ends, hands the connections that it has not accepted to the others. Node.js would keep them open for ever, without
 * an answer. This relies on Node's own messages; a test fails without it.
 *
 * @param hasOthers whether another worker serves.
 */
export function rescueConnections({ process: child }: Worker, hasOthers: () => boolean): void {
  const offered = new Map<number, Connection>();
  const send = child.send as (...args: unknown[]) => boolean;
  child.send = (...args: unknown[]) => {
    const [{ act, seq }, connection] = args as [ClusterMessage, Connection];
    if (act === 'newconn' && seq !== undefined) offered.set(seq, connection);
    return send.apply(child, args);
  };
  child.on('internalMessage', ({ ack }: ClusterMessage) => ack !== undefined && offered.delete(ack));

  const disconnect = child.disconnect;
  // Node.js calls this at the end of the channel. The event of that name does not come if a connection is on its way.
  child.disconnect = () => {
    disconnect.call(child);
    if (offered.size === 0) return;
    child.emit('disconnect');
    for (const [ack, connection] of offered) {
      if (hasOthers()) child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: false });
      else connection.close();
    }
  };
}
