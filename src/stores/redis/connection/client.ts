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

const createTemplate = () =>
  createClient({
    // A queue for an unreachable Redis would make readers wait.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    // The client's timeout costs more than half of the throughput, and does not fire once a command was sent.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
  });

/** Never connects. The package builds a class with all its commands whenever options differ, but not for a duplicate. */
let template: ReturnType<typeof createTemplate> | undefined;

/** A client that fails fast and does not reconnect. The connection replaces it as a whole. */
export function newClient({ endpoint, hasTls, credentials, database }: Server) {
  // The client's own reconnection stops for good after a socket timeout.
  const socket = { ...endpoint, reconnectStrategy: false, connectTimeout: 1000 } as const;
  // A proxy may choose the server by this name, which Node.js does not send by itself.
  const servername = isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {};
  template ??= createTemplate();
  return template.duplicate({
    ...credentials,
    database,
    socket: hasTls ? { ...socket, ...servername, tls: true } : socket,
  });
}
