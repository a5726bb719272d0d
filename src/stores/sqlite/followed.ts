import type { DatabaseSync } from 'node:sqlite';
import { SetupError, StoreError } from '../../domain/errors.ts';
import { prepareAppend } from './append.ts';
import type { Batches } from './batches.ts';
import { prepareBuckets } from './buckets.ts';
import { prepareChange } from './change.ts';
import { hasRollups, openForWriting } from './database.ts';
import { storeError } from './faults.ts';
import { identityOf } from './identity.ts';
import type { ServingLock } from './lock.ts';
import { prepareMend } from './mend.ts';
import { prepareRange } from './range.ts';
import { prepareRemove } from './remove.ts';
import { prepareThreeHours } from './three-hours.ts';

/**
 * A database, and what is asked of it.
 *
 * @param assertThere throws where the file is at its path no more: what went into it would be gone with the process.
 */
export function prepare(database: DatabaseSync, assertThere: () => void, batches: Batches) {
  const change = prepareChange(database, assertThere);
  return {
    database,
    assertThere,
    append: prepareAppend(database, change, batches),
    remove: prepareRemove(database, change, batches),
    mend: prepareMend(database, change, batches),
    bucketSlice: prepareBuckets(database, hasRollups(database)),
    ...prepareRange(database),
    ...prepareThreeHours(database),
  };
}

export type Prepared = ReturnType<typeof prepare>;

export interface Followed extends Disposable {
  /** @throws StoreError where the file that is there now cannot be used. */
  current(): Prepared;
  /** The one that is open just now, whatever became of its file. */
  opened(): Prepared | undefined;
}

interface FollowOptions {
  readonly path: string;
  readonly opened: DatabaseSync;
  /** Of the process that serves the file; absent for one that only writes to it. */
  readonly lock: ServingLock | undefined;
  readonly batches: Batches;
  readonly onChange: () => void;
}

/**
 * The file at a path: when it was replaced or deleted, the one that is there now, made where there is none.
 * What went on into a file without a name would be acknowledged, and gone with the process.
 */
export function followFile({ path, opened, lock, batches, onChange }: FollowOptions): Followed {
  let identity = identityOf(path);
  const isThere = (): boolean => identityOf(path) === identity;
  function assertThere(): void {
    if (!isThere()) throw new StoreError('failed', 'the file of the store was replaced or deleted meanwhile');
  }
  let prepared: Prepared | undefined = prepare(opened, assertThere, batches);

  function reopen(): Prepared {
    const old = prepared;
    prepared = undefined;
    if (old) {
      onChange();
      // Its log is empty. What is in a log of that name now is not its own, and SQLite leaves it alone.
      old.database.close();
    }
    const database = openForWriting(path);
    try {
      // The lock may have gone with the folder, and another process may serve what is there now.
      lock?.renew();
    } catch (cause) {
      database.close();
      throw cause;
    }
    identity = identityOf(path);
    prepared = prepare(database, assertThere, batches);
    return prepared;
  }

  return {
    current() {
      if (prepared && isThere()) return prepared;
      try {
        return reopen();
      } catch (cause) {
        if (!(cause instanceof SetupError)) throw storeError(cause);
        throw new StoreError('unsuitable', 'the store cannot be used as it is set up', { cause });
      }
    },
    opened: () => prepared,
    [Symbol.dispose]: () => prepared?.database.close(),
  };
}
