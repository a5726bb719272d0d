import { join } from 'node:path';
import type { SetupError, StoreError } from '../domain/errors.ts';
import type { Access } from './access.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Fleet } from './fleet.ts';
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
  readonly fleet?: Fleet;
  /**
   * Set if the samples are in a file: copies it as it is at one moment, while it is read and written.
   *
   * @throws StoreError, `unsuitable` if the target exists.
   */
  readonly backUp?: (target: string, signal: AbortSignal) => Promise<void>;
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
