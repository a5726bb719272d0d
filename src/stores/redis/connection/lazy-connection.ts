import { ignoreRejection, SetupError } from '../../../domain/errors.ts';
import { type Connection, forReaders } from './connection.ts';

/**
 * Connects when first needed. Slow work has its own connection, so that no reader waits behind it, and its timeouts
 * close no other connection.
 */
export function connectLazily(open: () => Promise<Connection>): Omit<Connection, 'isAlive'> {
  let opened: Promise<Connection> | undefined;

  async function connection(): Promise<Connection> {
    opened ??= open();
    try {
      return await opened;
    } catch (cause) {
      opened = undefined;
      throw cause instanceof SetupError ? forReaders(cause) : cause;
    }
  }

  return {
    run: async (commands, bounds) => (await connection()).run(commands, bounds),
    async [Symbol.asyncDispose]() {
      const connected = await opened?.catch(ignoreRejection);
      await connected?.[Symbol.asyncDispose]();
    },
  };
}
