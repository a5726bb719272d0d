import { ErrorReply } from 'redis';
import { SetupError, StoreError } from '../../../domain/errors.ts';

/** Replies of a server that show a wrong setup, with advice. */
export type SetupFaults = readonly (readonly [RegExp, string])[];

export const SETUP: SetupFaults = [
  [
    /^ERR unknown command/i,
    'REDIS_URL leads to a Redis without time series: run Redis 8, Redis Stack, or `npm run redis`',
  ],
  [/^(NOAUTH|WRONGPASS)/, 'REDIS_URL has a wrong or missing user name or password'],
  [/^NOPERM/, 'REDIS_URL has a user without the required permissions: grant those listed in docs/redis.md'],
  [
    /invalid DB index|DB index is out of range/i,
    'REDIS_URL names a database number that the server does not have',
  ],
  [
    /^(MOVED|CROSSSLOT)/,
    'REDIS_URL leads to a node of a cluster: begin it with redis+cluster:// in place of redis://',
  ],
];

export function setupFault(cause: unknown, faults: SetupFaults): SetupError | undefined {
  if (cause instanceof SetupError) return cause;
  const [, advice] = faults.find(([pattern]) => cause instanceof Error && pattern.test(cause.message)) ?? [];
  return advice === undefined ? undefined : new SetupError(advice, { cause });
}

/** A SetupError for the operator to correct, or a StoreError if Redis is unreachable for now. */
export function connectFault(cause: unknown): SetupError | StoreError {
  return setupFault(cause, SETUP) ?? storeError(cause);
}

export function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  if (cause instanceof ErrorReply)
    return new StoreError('failed', 'the store refused the command', { cause });
  return new StoreError('unreachable', 'the store cannot be reached', { cause });
}
