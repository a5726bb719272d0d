import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { clientNetwork, peerNetwork } from '../clients/network.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';

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
 * At the limit in all, clients that hold a connection and ask nothing make room, and new ones are turned away meanwhile.
 * Without it, the process would reach the system's limit of open files, where nothing works any more.
 */
export function limitConnections(server: Server, options: ConnectionLimitOptions): ConnectionLimits {
  const { most, mostPerNetwork, isProxy, warn } = options;
  const counts = new Map<string, number>();
  let warnedAt = Number.NEGATIVE_INFINITY;
  if (Number.isFinite(most)) {
    server.maxConnections = most;
    server.on('drop', () => server.closeIdleConnections());
  }

  function leave(network: string): void {
    const left = (counts.get(network) ?? 0) - 1;
    if (left > 0) counts.set(network, left);
    else counts.delete(network);
  }

  /** Counts one until the connection or answer is closed; false where there are too many already. */
  function take(network: string, holder: Socket | ServerResponse): boolean {
    const count = counts.get(network) ?? 0;
    if (count < mostPerNetwork) {
      counts.set(network, count + 1);
      holder.once('close', () => leave(network));
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

  server.on('connection', (socket: Socket) => {
    if (isProxy(socket.remoteAddress)) return;
    if (!take(peerNetwork(socket.remoteAddress), socket)) socket.destroy();
  });

  return {
    enter(request, response) {
      if (!isProxy(request.socket.remoteAddress) || take(clientNetwork(request), response)) return;
      const message = `this address has ${mostPerNetwork} connections, as many as it may`;
      throw new HttpError(429, 'too_many_connections', message, { headers: RETRY_AFTER });
    },
  };
}
