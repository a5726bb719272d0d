import { join } from 'node:path';
import type { SetupError, StoreError } from '../domain/errors.ts';
import type { Access } from './access.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Fleet } from './fleet.ts';
import type { RedisAddress } from './redis/connection/address.ts';
import type { SampleStore } from './sample-store.ts';
import type { StateStore } from './state-store.ts';

export interface StoreOptions {
  /** Set: the samples are in that Redis. Unset: in a file of `dataDir`. */
  readonly redisAddress: RedisAddress | undefined;
  readonly dataDir: string;
  readonly keyPrefix: string;
  /** Simulated samples have a store of their own, so that they never mix with real ones. */
  readonly isSimulated: boolean;
  readonly access: Access;
  readonly onChange: (fault: StoreError | SetupError | undefined) => void;
  readonly onUpdate: () => void;
  /** Called once if the file of the samples was moved, replaced or deleted: the store takes no write any more. */
  readonly onLost?: (error: StoreError) => void;
  readonly onWarning: (text: string) => void;
}

export interface OpenedStore {
  readonly store: SampleStore;
  readonly stateStore: StateStore;
  /** Only where other processes may share the store. */
  readonly cache?: AnswerCache;
  readonly fleet?: Fleet;
  /**
   * Only where the samples are in a file: copies it as it is at one moment, while it is read and written.
   *
   * @throws StoreError, `unsuitable` where the target is there already.
   */
  readonly backUp?: (target: string, signal: AbortSignal) => Promise<void>;
}

/** The file of the embedded store. */
export function filePath({ dataDir, isSimulated }: Pick<StoreOptions, 'dataDir' | 'isSimulated'>): string {
  return join(dataDir, isSimulated ? 'simulated.sqlite' : 'samples.sqlite');
}

/** What every key in Redis begins with. */
export function prefixOf({
  keyPrefix,
  isSimulated,
}: Pick<StoreOptions, 'keyPrefix' | 'isSimulated'>): string {
  return isSimulated ? `${keyPrefix}:simulated` : keyPrefix;
}

/** @returns `undefined` where there is nothing to read, and nothing may be created. */
export async function openStore(options: StoreOptions): Promise<OpenedStore | undefined> {
  const { redisAddress: address } = options;
  if (address) {
    const { openRedis } = await import('./redis/open.ts');
    return openRedis({ ...options, address, keyPrefix: prefixOf(options) });
  }
  const { openSqlite } = await import('./sqlite/open.ts');
  return openSqlite({ ...options, path: filePath(options) });
}
