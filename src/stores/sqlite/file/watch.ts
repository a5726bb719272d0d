import { realpathSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/** Each check takes some microseconds. */
const INTERVAL_MS = 1000;

/** Changes with every commit of another connection, but not of this one. */
function versionOf(database: DatabaseSync): unknown {
  try {
    return database.prepare('PRAGMA data_version').get()?.['data_version'];
  } catch {
    // Another process holds a lock. The next check follows soon.
    return undefined;
  }
}

/** Calls back when names in a folder change. Some file systems do not report this, or cannot be watched. */
function watchNames(folder: string, onRename: () => void): Disposable {
  try {
    const watcher = watch(folder, { persistent: false }, (event) => {
      // `change` events come with every commit.
      if (event === 'rename') onRename();
    });
    watcher.on('error', () => watcher.close());
    return { [Symbol.dispose]: () => watcher.close() };
  } catch {
    return { [Symbol.dispose]: () => undefined };
  }
}

interface Watching {
  readonly database: DatabaseSync;
  readonly path: string;
  /** Called each second, and when the system reports changed names in the folder. */
  readonly look: () => void;
  /** Called within about a second after another process has written to the file. */
  readonly onUpdate: () => void;
}

/** Watches an open file for changes by other processes. */
export function watchFile({ database, path, look, onUpdate }: Watching): Disposable {
  let known = versionOf(database);
  const timer = setInterval(() => {
    look();
    const version = versionOf(database);
    if (version === undefined || version === known) return;
    known = version;
    onUpdate();
  }, INTERVAL_MS);
  const names = watchNames(dirname(realpathSync(path)), look);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      names[Symbol.dispose]();
    },
  };
}
