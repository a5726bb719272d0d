import type { Endpoint } from '../address.ts';
import { type Client, newClient, type Server } from '../client.ts';
import { within } from '../deadline.ts';

/** For connecting, saying who one is, and one question: a stopped server accepts and says nothing. Milliseconds. */
const LIMIT = 1000;

/** One question to a server that is asked nothing else. */
export async function ask<T>(
  server: Server,
  question: (client: Client) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const client = newClient(server);
  client.on('error', () => 'told by what is awaited');
  const work = async (): Promise<T> => {
    await client.connect();
    return await question(client);
  };
  try {
    return await within(LIMIT, work(), signal);
  } finally {
    client.destroy();
  }
}

export interface Poll {
  /** What most of those that answered said; several where as many said the one as the other. */
  readonly favourites: readonly Endpoint[];
  /** Why the others did not. */
  readonly faults: readonly unknown[];
}

/**
 * Asks all at once, since one may be away, or silent, or know only what was true before it was cut off. It is over
 * when more than half of them agree, or all have answered.
 */
export async function poll(
  asked: readonly Endpoint[],
  question: (endpoint: Endpoint) => Promise<Endpoint>,
): Promise<Poll> {
  const votes = new Map<string, { endpoint: Endpoint; count: number }>();
  const faults: unknown[] = [];
  const { promise: agreed, resolve } = Promise.withResolvers<void>();
  const answers = asked.map(async (one) => {
    try {
      const endpoint = await question(one);
      const key = JSON.stringify([endpoint.host, endpoint.port]);
      const count = (votes.get(key)?.count ?? 0) + 1;
      votes.set(key, { endpoint, count });
      if (2 * count > asked.length) resolve();
    } catch (fault) {
      faults.push(fault);
    }
  });
  await Promise.race([agreed, Promise.all(answers)]);
  const most = Math.max(...[...votes.values()].map(({ count }) => count));
  const favourites = [...votes.values()].filter(({ count }) => count === most);
  return { favourites: favourites.map(({ endpoint }) => endpoint), faults };
}
