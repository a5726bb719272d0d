import type { CheckResult } from '../domain/check-result.ts';
import type { SetupError, StoreError } from '../domain/errors.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Coordinator } from './coordinator.ts';
import type { CheckableStore } from './damage.ts';
import type { RedisAddress } from './redis/connection/address.ts';
import type { SampleStore } from './sample-store.ts';
import type { StateStore } from './state-store.ts';

/** How a store is opened: to serve it, to write beside a service, or to read it without creating anything. */
export type Access = 'serve' | 'write' | 'read';

/** Where the settings say that the samples are. */
export interface StoreLocation {
  /** If unset, the samples are in a file in `dataDir`. */
  readonly redisAddress: RedisAddress | undefined;
  readonly dataDir: string;
  readonly keyPrefix: string;
  /** Simulated samples are stored separately, so that they never mix with real ones. */
  readonly isSimulated: boolean;
}

export interface StoreListeners {
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

/** The store at one place. Each method imports what it needs when it is called. */
export interface StorePlace {
  /** @returns `undefined` if it is opened for reading and there is nothing to read. */
  open(access: Access, listeners: StoreListeners): Promise<OpenedStore | undefined>;
  /** Opens the store for a long read. `undefined` if there is none. */
  openToCopy(listeners: StoreListeners): Promise<OpenedStore | undefined>;
  /** Opens a store that may be damaged. `undefined` if there is none. */
  openToCheck(): Promise<CheckableStore | undefined>;
  /**
   * Restores a backup into a store that has no samples.
   *
   * @throws StoreError: `unsuitable` if the file is not an intact backup, `occupied` if the store has samples; SetupError;
   *   the system's error if the file cannot be read.
   */
  restore(file: string, listeners: StoreListeners, signal: AbortSignal): Promise<void>;
  /** What an operator should know before a start, for `doctor`. Changes nothing. */
  diagnose(signal: AbortSignal): Promise<readonly CheckResult[]>;
}

/** One kind of store. */
export interface StoreDefinition {
  /** @returns `undefined` if the settings do not choose it. */
  at(location: StoreLocation): StorePlace | undefined;
}
