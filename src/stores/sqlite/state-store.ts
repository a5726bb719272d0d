import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { StateStore, StoredHeadlines } from '../state-store.ts';
import { storeError } from './file/faults.ts';
import type { OpenFile } from './file/open-file.ts';
import { patiently } from './file/transaction.ts';

/** How long a write waits for another process's lock. */
const LOCK_WAIT_MS = 2000;

/** Headlines per transaction: a few milliseconds of work in one turn of the event loop. */
const BATCH_SIZE = 500;

/** The name of the document that gets a new text with each change of the headlines. */
const MARK = 'headlines';

function prepareStateStore(database: DatabaseSync) {
  return {
    read: database.prepare('SELECT text FROM document WHERE name = ?'),
    write: database.prepare('INSERT OR REPLACE INTO document (name, text) VALUES (?, ?)'),
    settle: database.prepare('INSERT OR IGNORE INTO document (name, text) VALUES (?, ?)'),
    headlines: database.prepare('SELECT key, text FROM headline'),
    keep: database.prepare('INSERT OR IGNORE INTO headline (key, text) VALUES (?, ?)'),
    forget: database.prepare('DELETE FROM headline WHERE key = ?'),
  };
}

export function createStateStore({
  database,
  write: writeOnce,
}: Pick<OpenFile, 'database' | 'write'>): StateStore {
  let prepared: ReturnType<typeof prepareStateStore> | undefined;

  /** Prepared when first needed, because a file that is only read may be of a version without these tables. */
  function statements() {
    prepared ??= prepareStateStore(database);
    return prepared;
  }

  async function attempt<T>(read: () => T): Promise<T> {
    try {
      return read();
    } catch (cause) {
      throw storeError(cause);
    }
  }

  async function write<T>(work: () => T): Promise<T> {
    const limit = AbortSignal.timeout(LOCK_WAIT_MS);
    try {
      return await patiently(() => writeOnce(work), limit);
    } catch (cause) {
      throw storeError(cause);
    }
  }

  function textOf(name: string): string | undefined {
    const text = statements().read.get(name)?.['text'];
    return typeof text === 'string' ? text : undefined;
  }

  return {
    read: (name) => attempt(() => textOf(name)),
    write: (name, text) => write(() => void statements().write.run(name, text)),
    settle: (name, text) =>
      write(() => {
        statements().settle.run(name, text);
        return textOf(name) ?? text;
      }),
    headlines: (known) =>
      attempt((): StoredHeadlines | undefined => {
        const mark = textOf(MARK) ?? '';
        if (mark === known) return undefined;
        const rows = statements().headlines.all() as { key: string; text: string }[];
        return { mark, texts: new Map(rows.map(({ key, text }) => [key, text])) };
      }),
    async changeHeadlines({ keep, forget }) {
      const changes = [
        ...forget.map((key) => () => statements().forget.run(key)),
        ...[...keep].map(
          ([key, text]) =>
            () =>
              statements().keep.run(key, text),
        ),
      ];
      for (let start = 0; start < changes.length; start += BATCH_SIZE) {
        await write(() => {
          for (const change of changes.slice(start, start + BATCH_SIZE)) change();
          statements().write.run(MARK, randomUUID());
        });
        await setImmediate();
      }
    },
  };
}
