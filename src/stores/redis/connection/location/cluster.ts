import { ErrorReply } from 'redis';
import { SetupError, StoreError } from '../../../../domain/errors.ts';
import type { Endpoint, RedisAddress } from '../address.ts';
import type { Client } from '../client.ts';
import { SETUP, setupFault } from '../faults.ts';
import type { Location } from './location.ts';
import { poll, requestOnce } from './poll.ts';

/** The slot is on another node, is being moved, or is on no node. */
const MOVED = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|READONLY|MASTERDOWN)/;

/** A single server would accept everything, under keys that no other program uses. */
async function assertCluster(client: Client): Promise<void> {
  try {
    // Affects only this connection, which is used for one request.
    await client.sendCommand(['READONLY']);
  } catch (error) {
    // Without the permission, assume that it is a cluster.
    if (!(error instanceof ErrorReply) || !/cluster support disabled/i.test(error.message)) return;
    const advice = 'REDIS_URL leads to a single server: begin it with redis:// instead of redis+cluster://';
    throw new SetupError(advice, { cause: error });
  }
}

/**
 * Finds the node of a key by asking any node, which either has the key or replies with the address of the node that does.
 * All keys are in one slot, so that this node is all that is needed. Messages published on it reach subscribers on other
 * nodes.
 */
export function locateInCluster(address: RedisAddress, key: string): Location {
  let turn = 0;

  async function nodeBy(endpoint: Endpoint, signal: AbortSignal): Promise<Endpoint> {
    try {
      await requestOnce(
        { ...address, endpoint },
        async (client) => {
          await assertCluster(client);
          await client.exists(key);
        },
        signal,
      );
      return endpoint;
    } catch (error) {
      if (!(error instanceof ErrorReply)) throw error;
      // The node still has the slot while it is moved to another.
      if (error.message.startsWith('ASK ')) return endpoint;
      // A missing host means that it is the same.
      const [, host, port] = /^MOVED \d+ ([^? ]*):(\d+)$/.exec(error.message) ?? [];
      if (port === undefined) throw error;
      return { host: host || endpoint.host, port: Number(port) };
    }
  }

  return {
    async find(signal) {
      const { winners, faults } = await poll(address.endpoints, (endpoint) => nodeBy(endpoint, signal));
      signal.throwIfAborted();
      turn += 1;
      const found = winners[turn % winners.length];
      if (found) return found;
      const setup = faults.map((fault) => setupFault(fault, SETUP)).find((fault) => fault !== undefined);
      const refusal = faults.find((fault) => fault instanceof ErrorReply);
      const message = refusal ? 'the cluster is incomplete' : 'no node of the store answers';
      throw setup ?? new StoreError('unreachable', message, { cause: refusal ?? faults[0] });
    },
    hasMoved: ({ message }) => MOVED.test(message),
  };
}
