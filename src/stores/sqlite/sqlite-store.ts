import { setImmediate } from 'node:timers/promises';
import { ignoredPricesWarning } from '../../domain/gate.ts';
import type { Width } from '../../domain/time/bucket-width.ts';
import type { Range } from '../../domain/time/range.ts';
import type { SampleStore } from '../sample-store.ts';
import type { StateStore } from '../state-store.ts';
import { backUp } from './file/backup.ts';
import { hasRollups } from './file/database.ts';
import { storeError } from './file/faults.ts';
import type { OpenFile } from './file/open-file.ts';
import { prepareAppend } from './samples/append.ts';
import type { Batches } from './samples/batches.ts';
import { prepareBuckets } from './samples/buckets.ts';
import { prepareChange } from './samples/change.ts';
import { prepareRange } from './samples/range.ts';
import { prepareRemove } from './samples/remove.ts';
import { prepareRepair } from './samples/repair-rollups.ts';
import { prepareThreeHours } from './samples/three-hours.ts';
import { createStateStore } from './state-store.ts';

async function attempt<T>(read: () => T): Promise<T> {
  try {
    return read();
  } catch (cause) {
    throw storeError(cause);
  }
}

export interface SqliteStore {
  readonly store: SampleStore;
  readonly stateStore: StateStore;
  /** Copies the file as it is at one moment; see backup.ts. */
  backUp(target: string, signal: AbortSignal): Promise<void>;
}

interface Parts {
  readonly path: string;
  readonly file: Omit<OpenFile, keyof AsyncDisposable | 'look'>;
  readonly batches: Batches;
  /** Disposed of with the store. */
  readonly opened: AsyncDisposable;
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** The store in an open file. What it reads goes on being read when the file is lost; what is written is refused. */
export function createSqliteStore({ path, file, batches, opened, onWarning }: Parts): SqliteStore {
  const { database } = file;
  const change = prepareChange(file);
  const { slice, oldest } = prepareRange(database);
  const { newest, threeHours } = prepareThreeHours(database);
  const bucketSlice = prepareBuckets(database, hasRollups(database));

  async function* range(whole: Range) {
    for (let rest: Range | undefined = whole; rest; await setImmediate()) {
      const at: Range = rest;
      const read = await attempt(() => slice(at));
      yield read.samples;
      rest = read.rest;
    }
  }
  async function* buckets(whole: Range, width: Width) {
    for (let rest: Range | undefined = whole; rest; await setImmediate()) {
      const at: Range = rest;
      const read = await attempt(() => bucketSlice(at, width));
      yield read.buckets;
      rest = read.rest;
    }
  }
  const store: SampleStore = {
    append: prepareAppend(database, change, batches),
    newest: (latest) => attempt(() => newest(latest)),
    threeHours: (latest) => attempt(() => threeHours(latest)),
    range,
    oldest: () => attempt(oldest),
    buckets,
    remove: prepareRemove(database, change, batches),
    repair: prepareRepair(database, change, batches, (count) => onWarning?.(ignoredPricesWarning(count))),
    check: () =>
      attempt(() => {
        file.assertThere();
        newest(0);
      }),
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
  return {
    store,
    stateStore: createStateStore(file),
    backUp: (target, signal) => backUp(path, target, signal),
  };
}
