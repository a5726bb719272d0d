import type { DatabaseSync } from 'node:sqlite';

/** Between two looks, in milliseconds: each takes some microseconds. */
const INTERVAL = 1000;

/** Changes with every commit of another connection, and not with those of its own. */
function versionOf(database: DatabaseSync): unknown {
  try {
    return database.prepare('PRAGMA data_version').get()?.['data_version'];
  } catch {
    // Locked just now, or closed: there will be another look.
    return undefined;
  }
}

/**
 * Tells when another process has written to the file, which SQLite itself does not.
 *
 * @param opened the database that is open now: it may be another one from look to look.
 */
export function watchWrites(opened: () => DatabaseSync | undefined, onUpdate: () => void): Disposable {
  let known: { database: DatabaseSync; version: unknown } | undefined;
  const look = (): void => {
    const database = opened();
    const version = database && versionOf(database);
    if (!database || version === undefined) return;
    const isOther = known?.database === database && known.version !== version;
    known = { database, version };
    if (isOther) onUpdate();
  };
  look();
  const timer = setInterval(look, INTERVAL);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
