import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createClient, defineScript } from 'redis';
import { HOUR } from '../../domain/time.ts';
import type { Credentials, Endpoint } from './address.ts';

const script = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** A bucket as TS.RANGE gives it: its start, and its value in text, so that no digit is lost. */
type Pair = [start: number, value: string];
export type SeriesHours = [newest: number | null, averages: Pair[], counts: Pair[]];

const scripts = {
  append: defineScript({
    SCRIPT: script('append.lua'),
    NUMBER_OF_KEYS: 2,
    parseCommand(parser, keys: [string, string], batch: string) {
      parser.pushKeys(keys);
      parser.push(batch);
    },
    transformReply: (reply: unknown) => reply as number,
  }),
  threeHours: defineScript({
    SCRIPT: script('three-hours.lua'),
    NUMBER_OF_KEYS: 2,
    IS_READ_ONLY: true,
    parseCommand(parser, keys: [string, string], latest: number) {
      parser.pushKeys(keys);
      parser.push(String(latest), String(HOUR));
    },
    transformReply: (reply: unknown) => reply as [SeriesHours, SeriesHours] | null,
  }),
};

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
    scripts,
    socket: hasTls ? { ...socket, ...servername, tls: true } : socket,
    // Waiting for a Redis that is away would be a reader's wait.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    // It costs more than half of the throughput, and does not fire once a command is on the socket.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
  });
}
