import { ErrorReply } from 'redis';
import { SetupError, StoreError } from '../../../../domain/errors.ts';
import type { Endpoint, RedisAddress } from '../address.ts';
import type { Client } from '../client.ts';
import { SETUP, setupFault } from '../faults.ts';
import type { Location } from './location.ts';
import { ask, poll } from './poll.ts';

/** The slot is at another node, or on its way there, or the cluster does not know where. */
const MOVED = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|READONLY|MASTERDOWN)/;

/** A single server would take everything, under keys that nobody else looks at. */
async function assertCluster(client: Client): Promise<void> {
  try {
    // Changes nothing but this connection, which asks one question.
    await client.sendCommand(['READONLY']);
  } catch (error) {
    // Who may not ask is believed.
    if (!(error instanceof ErrorReply) || !/cluster support disabled/i.test(error.message)) return;
    const advice = 'REDIS_URL leads to a single server: begin it with redis:// in place of redis+cluster://';
    throw new SetupError(advice, { cause: error });
  }
}

/**
 * Any node says where a key is: by an answer when it is its own, else by the address of the node that has it.
 * All our keys are in one slot, so that this node is all that is needed of a cluster; what is published at it
 * reaches those who listen at the others.
 */
export function locateInCluster(address: RedisAddress, key: string): Location {
  let turn = 0;

  async function nodeBy(endpoint: Endpoint, signal: AbortSignal): Promise<Endpoint> {
    try {
      await ask(
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
      // Its own still, while the slot is on its way to another one.
      if (error.message.startsWith('ASK ')) return endpoint;
      // A node that knows no name for the other leaves the host out: it is its own.
      const [, host, port] = /^MOVED \d+ ([^? ]*):(\d+)$/.exec(error.message) ?? [];
      if (port === undefined) throw error;
      return { host: host || endpoint.host, port: Number(port) };
    }
  }

  return {
    async find(signal) {
      const { favourites, faults } = await poll(address.endpoints, (endpoint) => nodeBy(endpoint, signal));
      signal.throwIfAborted();
      turn += 1;
      const found = favourites[turn % favourites.length];
      if (found) return found;
      const setup = faults.map((fault) => setupFault(fault, SETUP)).find((fault) => fault !== undefined);
      const refusal = faults.find((fault) => fault instanceof ErrorReply);
      const message = refusal ? 'the cluster is not whole' : 'no node of the store answers';
      throw setup ?? new StoreError('unreachable', message, { cause: refusal ?? faults[0] });
    },
    // It says so itself, by MOVED, at the first question for a key.
    confirm: async () => undefined,
    isStill: async () => true,
    hasMoved: ({ message }) => MOVED.test(message),
  };
}
