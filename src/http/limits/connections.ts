import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { clientNetwork, peerNetwork } from '../clients/network.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';
import { currentResponse } from '../streaming/raw-response.ts';

/** The name under which `SharedCount` counts the connections of all client networks together. */
export const ALL = '';

/** A count that the processes behind one port share. */
export interface SharedCount {
  /** Resolves to whether the client network may have one more. If so, `give` must follow. */
  take(network: string): Promise<boolean>;
  give(network: string): void;
}

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** Per client network: an IPv4 address or an IPv6 /64. */
  readonly maxConnectionsPerAddress: number;
  /** Of the connections of each client network, and of all. `undefined` if this process is alone. */
  readonly sharedConnections?: SharedCount | undefined;
}

interface ConnectionLimitOptions extends ConnectionLimits {
  readonly isProxy: (address: string | undefined) => boolean;
  readonly warn: (text: string) => void;
}

/**
 * Counts a long response through a trusted proxy as a connection of its client, until the response closes. Returns a promise
 * only if the count is shared.
 *
 * @throws HttpError 429 if the client has reached its limit.
 */
export type CountLongResponse = (request: FastifyRequest, response: ServerResponse) => void | Promise<void>;

const WARNING_INTERVAL_MS = 60_000;

export function tooManyConnections(maxPerNetwork: number): HttpError {
  const message = `this address has reached the limit of ${maxPerNetwork} connections`;
  return new HttpError(429, 'too_many_connections', message, { headers: RETRY_AFTER });
}

/**
 * Limits connections in total and per client network. Connections of a trusted proxy count only in total; its long
 * responses count for their clients.
 *
 * When a network is at its limit, its longest idle connection makes room for a new one: browsers keep connections open for
 * a minute, and many people may share an address. At the total limit, all idle connections are closed. Without this limit,
 * the process would run out of file descriptors, and nothing would work any more.
 */
export function limitConnections(server: Server, options: ConnectionLimitOptions): CountLongResponse {
  const { maxConnections: max, maxConnectionsPerAddress: maxPerNetwork, isProxy, warn } = options;
  const { sharedConnections: shared } = options;
  /** The connections and responses that count for each network, oldest first. */
  const holders = new Map<string, Set<Socket | ServerResponse>>();
  let warnedAt = Number.NEGATIVE_INFINITY;
  if (Number.isFinite(max)) {
    server.maxConnections = max;
    // Otherwise, a connection above the limit would go to and fro between the processes behind one port.
    Object.assign(server, { dropMaxConnection: true });
    server.on('drop', () => server.closeIdleConnections());
  }

  const countOf = (network: string): number => holders.get(network)?.size ?? 0;

  function remove(network: string, holder: Socket | ServerResponse): void {
    const left = holders.get(network);
    left?.delete(holder);
    if (left?.size === 0) holders.delete(network);
  }

  /** Counts a connection or response until it closes. Returns false if the network is at its limit. */
  function add(network: string, holder: Socket | ServerResponse): boolean {
    const count = countOf(network);
    if (count < maxPerNetwork) {
      const others = holders.get(network) ?? new Set();
      holders.set(network, others.add(holder));
      holder.once('close', () => remove(network, holder));
      return true;
    }
    warnOfLimit(network);
    return false;
  }

  function warnOfLimit(network: string): void {
    if (performance.now() - warnedAt < WARNING_INTERVAL_MS) return;
    warnedAt = performance.now();
    warn(
      `${network} has ${maxPerNetwork} connections, the limit of MAX_CONNECTIONS_PER_ADDRESS: more are rejected`,
    );
  }

  /** Closes the oldest connection of the network that has been used and is idle. Returns it. */
  function closeIdle(network: string): Socket | undefined {
    for (const holder of holders.get(network) ?? []) {
      if (!(holder instanceof Socket && holder.bytesWritten > 0 && !currentResponse(holder))) continue;
      holder.destroy();
      remove(network, holder);
      return holder;
    }
    return undefined;
  }

  /** Counts a connection or response in all processes, too. Resolves to false if their limit is reached. */
  async function share(
    count: SharedCount,
    network: string,
    holder: Socket | ServerResponse,
  ): Promise<boolean> {
    let isAllowed = await count.take(network);
    const idle = isAllowed ? undefined : closeIdle(network);
    if (idle) {
      await once(idle, 'close');
      isAllowed = await count.take(network);
    }
    if (!isAllowed) warnOfLimit(network);
    else if (holder.closed) count.give(network);
    else holder.once('close', () => count.give(network));
    return isAllowed;
  }

  /** Counts a connection towards the limit of all processes. */
  async function shareTotal(count: SharedCount, socket: Socket): Promise<void> {
    if (!(await count.take(ALL))) {
      server.closeIdleConnections();
      socket.destroy();
    } else if (socket.closed) count.give(ALL);
    else socket.once('close', () => count.give(ALL));
  }

  server.on('connection', (socket: Socket) => {
    if (shared) void shareTotal(shared, socket);
    if (isProxy(socket.remoteAddress)) return;
    const network = peerNetwork(socket.remoteAddress);
    if (countOf(network) >= maxPerNetwork) closeIdle(network);
    if (!add(network, socket)) socket.destroy();
    else if (shared) void share(shared, network, socket).then((isAllowed) => isAllowed || socket.destroy());
  });

  return (request, response) => {
    if (!isProxy(request.socket.remoteAddress)) return;
    const network = clientNetwork(request);
    if (!add(network, response)) throw tooManyConnections(maxPerNetwork);
    if (!shared) return;
    return share(shared, network, response).then((isAllowed) => {
      if (!isAllowed) throw tooManyConnections(maxPerNetwork);
    });
  };
}
