import { ignoreRejection } from '../../../../domain/errors.ts';
import type { Endpoint } from '../address.ts';
import { type Client, newClient, type Server } from '../client.ts';
import { within } from '../deadline.ts';

/** For connecting, authentication and one request. A stopped server accepts connections, but does not reply. */
const LIMIT_MS = 1000;

/** Connects for one request. */
export async function requestOnce<T>(
  server: Server,
  request: (client: Client) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const client = newClient(server);
  // The awaited promises report errors as well.
  client.on('error', ignoreRejection);
  const work = async (): Promise<T> => {
    await client.connect();
    return await request(client);
  };
  try {
    return await within(LIMIT_MS, work(), signal);
  } finally {
    client.destroy();
  }
}

export interface Poll {
  /** The endpoint that most servers named, or several with equally many votes. */
  readonly winners: readonly Endpoint[];
  /** The errors of the servers that did not answer. */
  readonly faults: readonly unknown[];
}

/**
 * Asks several servers in parallel, since one may be down, hang, or have old information. Resolves when more than half of
 * them agree, or all have answered.
 */
export async function poll(
  servers: readonly Endpoint[],
  ask: (server: Endpoint) => Promise<Endpoint>,
): Promise<Poll> {
  const votes = new Map<string, { endpoint: Endpoint; count: number }>();
  const faults: unknown[] = [];
  const { promise: agreed, resolve } = Promise.withResolvers<void>();
  const answers = servers.map(async (server) => {
    try {
      const endpoint = await ask(server);
      const key = JSON.stringify([endpoint.host, endpoint.port]);
      const count = (votes.get(key)?.count ?? 0) + 1;
      votes.set(key, { endpoint, count });
      if (2 * count > servers.length) resolve();
    } catch (fault) {
      faults.push(fault);
    }
  });
  await Promise.race([agreed, Promise.all(answers)]);
  const most = Math.max(...[...votes.values()].map(({ count }) => count));
  const winners = [...votes.values()].filter(({ count }) => count === most);
  return { winners: winners.map(({ endpoint }) => endpoint), faults };
}
