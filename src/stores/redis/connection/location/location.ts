import type { ErrorReply } from 'redis';
import type { Endpoint } from '../address.ts';
import type { Client } from '../client.ts';

/**
 * Finds the server that accepts writes, before each connection. All kinds of Redis share the rest: a failover is a lost
 * connection and a new one.
 */
export interface Location {
  /** Takes about a second at most. @throws StoreError if it is unknown for now; SetupError if the setup is wrong. */
  find(signal: AbortSignal): Promise<Endpoint>;
  /** Rejects with a StoreError if the connected server does not accept writes. */
  confirm?(client: Client): Promise<void>;
  /** Whether other servers still name this one. Called each second. */
  isStill?(endpoint: Endpoint, signal: AbortSignal): Promise<boolean>;
  /** Whether an error reply means that another server accepts writes now. */
  hasMoved(refusal: ErrorReply): boolean;
}
