import type { ErrorReply } from 'redis';
import type { Endpoint } from '../address.ts';
import type { Client } from '../client.ts';

/**
 * Which server takes our writes. It is found anew at each connecting, and everything else is left to the one
 * connection that all kinds of Redis share: a failover is a connection that is lost, and another one made.
 */
export interface Location {
  /**
   * Takes little more than a second at most.
   *
   * @throws StoreError when it cannot be told now; SetupError when it never will, as things are set up.
   */
  find(signal: AbortSignal): Promise<Endpoint>;
  /** Rejects with a StoreError where the server that was found, and is connected to, is not the one. */
  confirm(client: Client): Promise<void>;
  /** Whether the server that was found is still the one, as far as others say; asked each second. */
  isStill(endpoint: Endpoint, signal: AbortSignal): Promise<boolean>;
  /** Whether a refusal says that the server is the one no more. */
  hasMoved(refusal: ErrorReply): boolean;
}
