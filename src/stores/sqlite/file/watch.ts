import { realpathSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/** Between two looks, in milliseconds: each takes some microseconds. */
const INTERVAL = 1000;

/** Changes with every commit of another connection, and not with those of its own. */
function versionOf(database: DatabaseSync): unknown {
  try {
    return database.prepare('PRAGMA data_version').get()?.['data_version'];
  } catch {
    // Locked just now: there will be another look.
    return undefined;
  }
}

/** Calls back when names in a folder change. Some file systems never tell, or cannot be watched. */
function watchNames(folder: string, onRename: () => void): Disposable {
  const none = { [Symbol.dispose]: () => undefined };
  try {
    const watcher = watch(folder, { persistent: false }, (event) => {
      // `change` comes with every commit.
      if (event === 'rename') onRename();
    });
    watcher.on('error', () => watcher.close());
    return { [Symbol.dispose]: () => watcher.close() };
  } catch {
    return none;
  }
}

interface Watching {
  readonly database: DatabaseSync;
  readonly path: string;
  /** Called each second, and at once where the system says that names in the folder have changed. */
  readonly look: () => void;
  /** Called within about a second after another process has written to the file, which SQLite itself does not tell. */
  readonly onUpdate: () => void;
}

/** Watches an open file for what other processes do with it. */
export function watchFile({ database, path, look, onUpdate }: Watching): Disposable {
  let known = versionOf(database);
  const timer = setInterval(() => {
    look();
    const version = versionOf(database);
    if (version === undefined || version === known) return;
    known = version;
    onUpdate();
  }, INTERVAL);
  const names = watchNames(dirname(realpathSync(path)), look);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      names[Symbol.dispose]();
    },
  };
}
