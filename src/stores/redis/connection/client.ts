import { isIP } from 'node:net';
import { createClient } from 'redis';
import type { Credentials, Endpoint } from './address.ts';

export type Client = ReturnType<typeof newClient>;

export interface Server {
  readonly endpoint: Endpoint;
  readonly hasTls: boolean;
  readonly credentials: Credentials;
  readonly database: number;
}

/** A client that fails fast and does not mend itself: its connection is watched and replaced as a whole. */
export function newClient({ endpoint, hasTls, credentials, database }: Server) {
  // Its own strategy gives up for good after a socket timeout.
  const socket = { ...endpoint, reconnectStrategy: false, connectTimeout: 1000 } as const;
  // What is behind one address may choose by the name, which Node.js does not send by itself.
  const servername = isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {};
  return createClient({
    ...credentials,
    database,
    socket: hasTls ? { ...socket, ...servername, tls: true } : socket,
    // Waiting for a Redis that is away would be a reader's wait.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    // It costs more than half of the throughput, and does not fire once a command is on the socket.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
  });
}
