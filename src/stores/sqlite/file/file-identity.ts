import { realpathSync, statSync } from 'node:fs';

/**
 * Which file is at a path; `undefined` where none is, or where the path cannot be followed: its folder may not be entered, or
 * its disk is gone. Its number is not given to another file while it is open.
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
 * Remembers which files an open database consists of: the file, its write-ahead log and the index of that log. SQLite
 * goes on with the files that it has open, whatever becomes of their names, while other processes open what has the
 * names then.
 *
 * @returns whether all of them are still the files that these names lead to. It takes some microseconds.
 */
export function rememberPlace(path: string): () => boolean {
  const real = realpathSync(path);
  // The name that was given may be a link, and lead elsewhere later.
  const names = [path, `${real}-wal`, `${real}-shm`];
  const identities = names.map(identityOf);
  return () => names.every((name, index) => identityOf(name) === identities[index]);
}
