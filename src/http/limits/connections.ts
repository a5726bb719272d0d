import type { Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { clientNetwork, peerNetwork } from '../clients/network.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';
import { currentResponse } from '../streaming/raw-response.ts';

export interface ConnectionLimitOptions {
  readonly most: number;
  /** Connections of one client network. */
  readonly mostPerNetwork: number;
  readonly isProxy: (address: string | undefined) => boolean;
  readonly warn: (text: string) => void;
}

export interface ConnectionLimits {
  /**
   * Counts an answer that may take long as a connection of its client, where the connection itself is a trusted
   * proxy's; until the answer is over.
   *
   * @throws HttpError 429 where the client has as many as it may.
   */
  enter(request: FastifyRequest, response: ServerResponse): void;
}

/** Milliseconds between two warnings. */
const QUIET = 60_000;

/**
 * Bounds connections, in all and for each client network. A proxy that `TRUST_PROXY` names is bounded in all alone: of its
 * connections, those with long answers count for the clients that they are for.
 *
 * At its limit, a network's connection that has been idle longest makes room for a new one: browsers keep connections open for
 * a minute, and many people may share an address. At the limit in all, idle connections of everybody make room.
 * Without it, the process would reach the system's limit of open files, where nothing works any more.
 */
export function limitConnections(server: Server, options: ConnectionLimitOptions): ConnectionLimits {
  const { most, mostPerNetwork, isProxy, warn } = options;
  /** What counts for each network, oldest first. */
  const holders = new Map<string, Set<Socket | ServerResponse>>();
  let warnedAt = Number.NEGATIVE_INFINITY;
  if (Number.isFinite(most)) {
    server.maxConnections = most;
    server.on('drop', () => server.closeIdleConnections());
  }

  const countOf = (network: string): number => holders.get(network)?.size ?? 0;

  function leave(network: string, holder: Socket | ServerResponse): void {
    const left = holders.get(network);
    left?.delete(holder);
    if (left?.size === 0) holders.delete(network);
  }

  /** Counts one until the connection or answer is closed; false where there are too many already. */
  function take(network: string, holder: Socket | ServerResponse): boolean {
    const count = countOf(network);
    if (count < mostPerNetwork) {
      const others = holders.get(network) ?? new Set();
      holders.set(network, others.add(holder));
      holder.once('close', () => leave(network, holder));
      return true;
    }
    if (performance.now() - warnedAt >= QUIET) {
      warnedAt = performance.now();
      warn(
        `${network} has ${count} connections, as many as MAX_CONNECTIONS_PER_ADDRESS allows: more of them are refused`,
      );
    }
    return false;
  }

  /** Closes the oldest connection of a network at its limit that has had an answer and waits for none. */
  function makeRoom(network: string): void {
    if (countOf(network) < mostPerNetwork) return;
    for (const holder of holders.get(network) ?? []) {
      if (!(holder instanceof Socket && holder.bytesWritten > 0 && !currentResponse(holder))) continue;
      holder.destroy();
      leave(network, holder);
      return;
    }
  }

  server.on('connection', (socket: Socket) => {
    if (isProxy(socket.remoteAddress)) return;
    const network = peerNetwork(socket.remoteAddress);
    makeRoom(network);
    if (!take(network, socket)) socket.destroy();
  });

  return {
    enter(request, response) {
      if (!isProxy(request.socket.remoteAddress) || take(clientNetwork(request), response)) return;
      const message = `this address has ${mostPerNetwork} connections, as many as it may`;
      throw new HttpError(429, 'too_many_connections', message, { headers: RETRY_AFTER });
    },
  };
}
