import { createClient } from 'redis';

type Client = ReturnType<typeof createClient>;

let template: Client | undefined;

/**
 * A client that is not connected yet. Errors are ignored: the awaited calls reject as well.
 *
 * It is a duplicate of one that never connects, since the package takes tens of milliseconds to build a class with its
 * 500 commands whenever options differ.
 */
export function newClient(options: Parameters<typeof createClient>[0]): Client {
  template ??= createClient();
  return template.duplicate(options).on('error', () => undefined) as Client;
}
