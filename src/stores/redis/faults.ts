import { ErrorReply } from 'redis';
import { SetupError, StoreError } from '../../domain/errors.ts';

const SETUP: readonly [RegExp, string][] = [
  [
    /^ERR unknown command/i,
    'REDIS_URL leads to a Redis without time series: run Redis 8, Redis Stack, or `npm run redis`',
  ],
  [/^(NOAUTH|WRONGPASS)/, 'REDIS_URL has a wrong or no user name and password'],
  [
    /^NOPERM/,
    'REDIS_URL has a user that may not do what is needed: give it the TS commands, scripts, and the keys and the channel of KEY_PREFIX',
  ],
  [
    /invalid DB index|DB index is out of range/i,
    'REDIS_URL names a database number that the server does not have',
  ],
];

/** What a fault at connecting means: something for the operator to mend, or a Redis that is away for now. */
export function connectFault(cause: unknown): SetupError | StoreError {
  if (cause instanceof SetupError) return cause;
  const [, advice] = SETUP.find(([pattern]) => cause instanceof Error && pattern.test(cause.message)) ?? [];
  return advice ? new SetupError(advice, { cause }) : storeError(cause);
}

export function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  if (cause instanceof ErrorReply) return new StoreError('failed', 'the store refused', { cause });
  return new StoreError('unreachable', 'the store cannot be reached', { cause });
}
