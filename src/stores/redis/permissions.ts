import { ErrorReply } from 'redis';
import { SetupError } from '../../domain/errors.ts';
import type { Client } from './connection/client.ts';
import type { Keys } from './keys.ts';

type Words = readonly [name: string, ...rest: string[]];

const reading = ({ price, cache, rollups }: Keys): readonly Words[] => [
  ['EXISTS', price],
  ['TS.INFO', price],
  ['TS.RANGE', price, '-', '+'],
  ['TS.REVRANGE', price, '-', '+'],
  ['GET', `${rollups}:days:0`],
  ['GETRANGE', cache, '0', '0'],
  ['HGET', rollups, 'schema'],
  ['EVAL_RO', 'return 0', '1', price],
  ['EVALSHA_RO', '', '1', price],
];

const changing = ({ price, sentiment, rollups }: Keys): readonly Words[] => [
  ['DEL', rollups],
  ['TS.CREATE', price],
  ['TS.MADD', price, '0', '1', sentiment, '0', '1'],
  ['TS.DEL', price, '0', '0'],
  ['GETRANGE', `${rollups}:hours:0`, '0', '0'],
  ['SETRANGE', `${rollups}:hours:0`, '0', '0'],
  ['SETRANGE', `${rollups}:days:0`, '0', '0'],
  ['HSET', rollups, 'schema', '0'],
  ['HDEL', rollups, 'schema'],
  ['EVAL', 'return 0', '1', price],
  ['EVALSHA', '', '1', price],
];

/** EXEC reports it in a separate message. */
const isDenied = (error: unknown): error is ErrorReply =>
  error instanceof ErrorReply && /^(EXECABORT .*)?NOPERM/.test(error.message);

/** The missing permission, as for `ACL SETUSER`: the command, or the key if only that is denied. */
function rightFor([name, key = '']: Words, { message }: ErrorReply): string {
  return /access (a|one of the) keys?/.test(message) ? `~${key}` : `+${name.toLowerCase()}`;
}

/**
 * Checks that the user may run all commands of the scripts. Redis does not undo a script that is denied a command halfway:
 * samples would be stored without their rollups.
 *
 * Redis checks permissions when a command is queued in a transaction, and never runs a transaction with an error.
 *
 * @throws SetupError that names the missing permissions.
 */
export async function assertRights(client: Client, keys: Keys, mayChange: boolean): Promise<void> {
  // First and alone, since without it the following commands would run.
  const missing = await deniedOf(client, [['MULTI']]);
  if (missing.length === 0) {
    const asked = [...reading(keys), ...(mayChange ? changing(keys) : [])];
    missing.push(...(await deniedOf(client, [['GET'], ...asked, ['EXEC']])));
  }
  if (missing.length === 0) return;
  const list = [...new Set(missing)].join(' ');
  throw new SetupError(
    `REDIS_URL has a user without the required permissions: it lacks ${list}; docs/redis.md lists them all`,
  );
}

async function deniedOf(client: Client, all: readonly Words[]): Promise<string[]> {
  const replies = await Promise.allSettled(all.map((words) => client.sendCommand([...words])));
  return replies.flatMap((reply, index) => {
    const words = all[index];
    return words && reply.status === 'rejected' && isDenied(reply.reason)
      ? rightFor(words, reply.reason)
      : [];
  });
}
