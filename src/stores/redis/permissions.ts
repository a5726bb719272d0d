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
  ['EVAL', 'return 0', '1', price],
  ['EVALSHA', '', '1', price],
];

/** EXEC itself tells it in a sentence of its own. */
const isDenied = (error: unknown): error is ErrorReply =>
  error instanceof ErrorReply && /^(EXECABORT .*)?NOPERM/.test(error.message);

/** What was denied, as `ACL SETUSER` gives it: the command, or the keys where it is only these. */
function rightFor([name, key = '']: Words, { message }: ErrorReply): string {
  return /access (a|one of the) keys?/.test(message) ? `~${key}` : `+${name.toLowerCase()}`;
}

/**
 * Refuses a user who may not do what scripts do. A script is not undone where it is denied something in its middle:
 * samples would be kept, and the rollups beside them not be made.
 *
 * Rights are judged when a command is queued in a transaction, and a transaction with a fault is never run.
 *
 * @throws SetupError that names what is missing.
 */
export async function assertRights(client: Client, keys: Keys, mayChange: boolean): Promise<void> {
  // Alone: without it what follows would be run.
  const missing = await deniedOf(client, [['MULTI']]);
  if (missing.length === 0) {
    const asked = [...reading(keys), ...(mayChange ? changing(keys) : [])];
    missing.push(...(await deniedOf(client, [['GET'], ...asked, ['EXEC']])));
  }
  if (missing.length === 0) return;
  const list = [...new Set(missing)].join(' ');
  throw new SetupError(
    `REDIS_URL has a user without the required permissions: it lacks ${list}; docs/redis.md lists all rights`,
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
