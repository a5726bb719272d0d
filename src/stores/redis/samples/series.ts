import { ErrorReply } from 'redis';
import { SetupError } from '../../../domain/errors.ts';
import type { Client } from '../connection/client.ts';
import type { Keys } from '../keys.ts';

const refuses = (error: unknown, pattern: RegExp): boolean =>
  error instanceof ErrorReply && pattern.test(error.message);

/** Returns `undefined` if there is no such series. @throws SetupError if the key has another type. */
export async function infoOf(client: Client, key: string) {
  try {
    return await client.ts.info(key);
  } catch (error) {
    if (refuses(error, /the key does not exist/)) return undefined;
    if (!refuses(error, /WRONGTYPE/)) throw error;
    throw new SetupError(`KEY_PREFIX leads to "${key}", which is not a time series: choose another prefix`, {
      cause: error,
    });
  }
}

/** Whether a series exists. @throws SetupError if its settings would lose samples. */
export async function assertSeries(client: Client, key: string): Promise<boolean> {
  const info = await infoOf(client, key);
  if (!info) return false;
  if (info.duplicatePolicy?.toLowerCase() !== 'first') {
    const advice = `run TS.ALTER ${key} DUPLICATE_POLICY first`;
    throw new SetupError(`KEY_PREFIX leads to "${key}", whose duplicate policy is not FIRST: ${advice}`);
  }
  if (info.retentionTime !== 0) {
    throw new SetupError(
      `KEY_PREFIX leads to "${key}", which deletes old samples: run TS.ALTER ${key} RETENTION 0`,
    );
  }
  return true;
}

/** Small, since a late sample rewrites its whole chunk. append.lua has the same number. */
const CHUNK_SIZE = 2048;

async function create(client: Client, key: string, rollups: string): Promise<void> {
  try {
    await client.ts.create(key, { CHUNK_SIZE, DUPLICATE_POLICY: 'FIRST' });
    // Remaining rollups of a deleted series do not belong to this one.
    await client.hDel(rollups, ['schema', 'since']);
  } catch (error) {
    // Another process has created it meanwhile.
    if (!refuses(error, /key already exists/)) throw error;
  }
}

/** Checks both series, and creates missing ones if `mayCreate` is set. */
export async function prepareSeries(
  client: Client,
  { price, sentiment, rollups }: Keys,
  mayCreate: boolean,
): Promise<void> {
  await Promise.all(
    [price, sentiment].map(async (key) => {
      if (!(await assertSeries(client, key)) && mayCreate) await create(client, key, rollups);
    }),
  );
}
