import { ignoreRejection, StoreError } from '../domain/errors.ts';
import type { SharedCount } from '../http/limits/connections.ts';
import type { Channel } from './channel.ts';

/**
 * Asks the writer for one more of what the processes share. Resolves to a function that gives it back.
 *
 * @param name the writer's handler, which gets the client network and the id of the grant.
 * @throws HttpError if there is no more; StoreError if the writer does not answer.
 */
type Take = (name: string, network: string) => Promise<() => void>;

export function createGrants({ ask, tell }: Channel): Take {
  let lastId = 0;
  return async (name, network) => {
    lastId += 1;
    const id = String(lastId);
    const give = () => void tell('give', id);
    try {
      await ask(name, [network, id]);
    } catch (error) {
      // The writer may still grant it.
      if (error instanceof StoreError) give();
      throw error;
    }
    return give;
  };
}

/**
 * How many connections, per client network or in total, each worker accepts without asking the writer. All workers together
 * accept half of the limit this way; the writer grants the rest one at a time.
 */
export const ownShare = (max: number, workers: number): number => Math.floor(max / (2 * workers));

/** How many connections the writer may grant. */
export const grantedShare = (max: number, workers: number): number => max - workers * ownShare(max, workers);

/** @param shareOf how many connections, per client network or in total, the worker accepts without asking the writer. */
export function shareConnections(take: Take, shareOf: (network: string) => number): SharedCount {
  const own = new Map<string, number>();
  const granted = new Map<string, (() => void)[]>();

  return {
    async take(network) {
      const count = own.get(network) ?? 0;
      if (count < shareOf(network)) {
        own.set(network, count + 1);
        return true;
      }
      const give = await take('takeConnection', network).catch(ignoreRejection);
      if (!give) return false;
      const gives = granted.get(network) ?? [];
      granted.set(network, gives);
      gives.push(give);
      return true;
    },
    give(network) {
      const gives = granted.get(network) ?? [];
      const give = gives.pop();
      if (gives.length === 0) granted.delete(network);
      if (give) return give();
      const count = own.get(network) ?? 0;
      if (count > 1) own.set(network, count - 1);
      else own.delete(network);
    },
  };
}
