import type { Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { clientNetwork, peerNetwork } from '../clients/network.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';
import { currentResponse } from '../streaming/raw-response.ts';

interface ConnectionLimitOptions {
  readonly max: number;
  readonly maxPerNetwork: number;
  readonly isProxy: (address: string | undefined) => boolean;
  readonly warn: (text: string) => void;
}

/**
 * Counts a long response through a trusted proxy as a connection of its client, until the response closes.
 *
 * @throws HttpError 429 if the client has reached its limit.
 */
export type CountLongResponse = (request: FastifyRequest, response: ServerResponse) => void;

const WARNING_INTERVAL_MS = 60_000;

/**
 * Limits connections in total and per client network. Connections of a trusted proxy count only in total; its long
 * responses count for their clients.
 *
 * When a network is at its limit, its longest idle connection makes room for a new one: browsers keep connections open for
 * a minute, and many people may share an address. At the total limit, all idle connections are closed. Without this limit,
 * the process would run out of file descriptors, and nothing would work any more.
 */
export function limitConnections(server: Server, options: ConnectionLimitOptions): CountLongResponse {
  const { max, maxPerNetwork, isProxy, warn } = options;
  /** The connections and responses that count for each network, oldest first. */
  const holders = new Map<string, Set<Socket | ServerResponse>>();
  let warnedAt = Number.NEGATIVE_INFINITY;
  if (Number.isFinite(max)) {
    server.maxConnections = max;
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
    if (performance.now() - warnedAt >= WARNING_INTERVAL_MS) {
      warnedAt = performance.now();
      warn(
        `${network} has ${count} connections, the limit of MAX_CONNECTIONS_PER_ADDRESS: more are rejected`,
      );
    }
    return false;
  }

  /** If the network is at its limit, closes its oldest connection that has been used and is idle. */
  function makeRoom(network: string): void {
    if (countOf(network) < maxPerNetwork) return;
    for (const holder of holders.get(network) ?? []) {
      if (!(holder instanceof Socket && holder.bytesWritten > 0 && !currentResponse(holder))) continue;
      holder.destroy();
      remove(network, holder);
      return;
    }
  }

  server.on('connection', (socket: Socket) => {
    if (isProxy(socket.remoteAddress)) return;
    const network = peerNetwork(socket.remoteAddress);
    makeRoom(network);
    if (!add(network, socket)) socket.destroy();
  });

  return (request, response) => {
    if (!isProxy(request.socket.remoteAddress) || add(clientNetwork(request), response)) return;
    const message = `this address has reached the limit of ${maxPerNetwork} connections`;
    throw new HttpError(429, 'too_many_connections', message, { headers: RETRY_AFTER });
  };
}
