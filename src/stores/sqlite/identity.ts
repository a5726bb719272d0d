import { statSync } from 'node:fs';

/** Which file is at a path just now; `undefined` where none is. Its number is not given to another one while it is open. */
export function identityOf(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false, bigint: true });
  return file && `${file.dev} ${file.ino}`;
}
