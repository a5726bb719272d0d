import { SetupError, StoreError } from '../../../domain/errors.ts';
import type { Connection } from './connection.ts';

/**
 * A connection that is made when it is first needed: long work has one of its own, so that nobody waits behind it, and
 * none is given up because of it.
 */
export function connectLate(open: () => Promise<Connection>): Omit<Connection, 'isAlive'> {
  let opened: Promise<Connection> | undefined;

  async function connection(): Promise<Connection> {
    opened ??= open();
    try {
      return await opened;
    } catch (cause) {
      opened = undefined;
      if (!(cause instanceof SetupError)) throw cause;
      throw new StoreError('unsuitable', 'the store cannot be used as it is set up', { cause });
    }
  }

  return {
    run: async (commands, bounds) => (await connection()).run(commands, bounds),
    async [Symbol.asyncDispose]() {
      const made = await opened?.catch(() => undefined);
      await made?.[Symbol.asyncDispose]();
    },
  };
}
