import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { SetupError, StoreError } from '../../domain/errors.ts';
import { prepareAppend } from './append.ts';
import { openForWriting } from './database.ts';
import { storeError } from './faults.ts';
import { prepareRange } from './range.ts';
import { prepareThreeHours } from './three-hours.ts';

/** A database, and what is asked of it. */
export function prepare(database: DatabaseSync) {
  return {
    database,
    append: prepareAppend(database),
    ...prepareRange(database),
    ...prepareThreeHours(database),
  };
}

export type Prepared = ReturnType<typeof prepare>;

export interface Followed extends Disposable {
  /** @throws StoreError where the file that is there now cannot be used. */
  current(): Prepared;
}

/** Which file is at a path just now. Its number is not given to another one while it is open. */
function identityOf(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false, bigint: true });
  return file && `${file.dev} ${file.ino}`;
}

/** Its log is emptied into it first: left behind, it would be taken for a part of the file that is there now. */
function leave(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/**
 * The file at a path: when it was replaced or deleted, the one that is there now, made where there is none.
 * What went on into a file without a name would be acknowledged, and gone with the process.
 */
export function followFile(path: string, opened: DatabaseSync, onChange: () => void): Followed {
  let prepared: Prepared | undefined = prepare(opened);
  let identity = identityOf(path);

  function reopen(): Prepared {
    const old = prepared;
    prepared = undefined;
    if (old) {
      onChange();
      leave(old.database);
    }
    prepared = prepare(openForWriting(path));
    identity = identityOf(path);
    return prepared;
  }

  return {
    current() {
      if (prepared && identityOf(path) === identity) return prepared;
      try {
        return reopen();
      } catch (cause) {
        if (!(cause instanceof SetupError)) throw storeError(cause);
        throw new StoreError('unsuitable', 'the store cannot be used as it is set up', { cause });
      }
    },
    [Symbol.dispose]: () => prepared?.database.close(),
  };
}
