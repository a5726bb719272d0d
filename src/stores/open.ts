import { join } from 'node:path';
import type { SetupError, StoreError } from '../domain/errors.ts';
import type { Access } from './access.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Coordinator } from './coordinator.ts';
import type { CheckableStore } from './damage.ts';
import type { RedisAddress } from './redis/connection/address.ts';
import type { SampleStore } from './sample-store.ts';
import type { StateStore } from './state-store.ts';

export interface StoreOptions {
  /** If unset, the samples are in a file in `dataDir`. */
  readonly redisAddress: RedisAddress | undefined;
  readonly dataDir: string;
  readonly keyPrefix: string;
  /** Simulated samples are stored separately, so that they never mix with real ones. */
  readonly isSimulated: boolean;
  readonly access: Access;
  readonly onChange: (fault: StoreError | SetupError | undefined) => void;
  readonly onUpdate: () => void;
  /** Called once if the file was moved, replaced or deleted. The store then rejects all writes. */
  readonly onLost?: (error: StoreError) => void;
  readonly onWarning: (text: string) => void;
}

export interface OpenedStore {
  readonly store: SampleStore;
  readonly stateStore: StateStore;
  /** Set if other processes may share the store. */
  readonly cache?: AnswerCache;
  readonly coordinator?: Coordinator;
  /**
   * Copies everything into a new file, while the store is read and written: a database file, as it is at one moment; from Redis,
   * a compressed text.
   *
   * @throws StoreError, `unsuitable` if the target exists.
   */
  readonly backUp: (target: string, signal: AbortSignal) => Promise<void>;
}

/** The path of the embedded store. */
export function filePath({ dataDir, isSimulated }: Pick<StoreOptions, 'dataDir' | 'isSimulated'>): string {
  return join(dataDir, isSimulated ? 'simulated.sqlite' : 'samples.sqlite');
}

/** The prefix of every key in Redis. */
export function prefixOf({
  keyPrefix,
  isSimulated,
}: Pick<StoreOptions, 'keyPrefix' | 'isSimulated'>): string {
  return isSimulated ? `${keyPrefix}:simulated` : keyPrefix;
}

/** To add a store, open it here. @returns `undefined` if it is opened for reading and there is nothing to read. */
export async function openStore(options: StoreOptions): Promise<OpenedStore | undefined> {
  const { redisAddress: address } = options;
  if (address) {
    const { openRedis } = await import('./redis/open.ts');
    return openRedis({ ...options, address, keyPrefix: prefixOf(options) });
  }
  const { openSqlite } = await import('./sqlite/open.ts');
  return openSqlite({ ...options, path: filePath(options) });
}

type Location = Pick<StoreOptions, 'redisAddress' | 'dataDir' | 'keyPrefix' | 'isSimulated'>;

/** Opens a store that may be damaged. @returns `undefined` if there is none. */
export async function openToCheck(location: Location): Promise<CheckableStore | undefined> {
  if (location.redisAddress) {
    const { openRedisToCheck } = await import('./redis/check/check.ts');
    return await openRedisToCheck(location.redisAddress, prefixOf(location));
  }
  const { openSqliteToCheck } = await import('./sqlite/check/check.ts');
  return openSqliteToCheck(filePath(location));
}

/**
 * Restores a backup into a store that has no samples.
 *
 * @throws StoreError: `unsuitable` if the file is not an intact backup, `occupied` if the store has samples; SetupError; the
 *   system's error if the file cannot be read.
 */
export async function restoreStore(options: StoreOptions, file: string, signal: AbortSignal): Promise<void> {
  const { redisAddress: address } = options;
  if (address) {
    const { openRedis } = await import('./redis/open.ts');
    const opened = await openRedis({ ...options, address, keyPrefix: prefixOf(options) });
    await using _ = opened.store;
    return await opened.restore(file, signal);
  }
  const { restoreFile } = await import('./sqlite/file/restore.ts');
  return await restoreFile(file, filePath(options), signal);
}
