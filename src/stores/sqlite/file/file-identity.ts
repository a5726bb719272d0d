import { realpathSync, statSync } from 'node:fs';

/**
 * Identifies the file at a path; `undefined` if there is none, or the path cannot be followed, as after its disk is gone.
 * While a file is open, no other file gets its identity.
 */
export function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

/**
 * Notes which files an open database consists of: the file, its write-ahead log and the log's index. SQLite continues with
 * its open files if they are moved, while other processes open whatever is at the paths then.
 *
 * @returns a function that tells whether the files are still at these paths, in some microseconds.
 */
export function rememberPlace(path: string): () => boolean {
  const real = realpathSync(path);
  // The given path may be a link, and lead elsewhere later.
  const names = [path, `${real}-wal`, `${real}-shm`];
  const identities = names.map(identityOf);
  return () => names.every((name, index) => identityOf(name) === identities[index]);
}
