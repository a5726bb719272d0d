import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messagesOf, SetupError } from '../domain/errors.ts';
import { formatTime } from '../domain/time/time.ts';
import { openUntouched, versionOf } from '../stores/sqlite/file/database.ts';
import { SCHEMA_VERSION } from '../stores/sqlite/file/schema.ts';
import { type CheckResult, fatal, ok, warning } from './check-result.ts';

/** A refresh needs some kilobytes, and as much again for the log beside the file. Bytes. */
const LEAST_SPACE = 4 * 2 ** 20;
/** A year of samples takes less. Bytes. */
const AMPLE_SPACE = 200 * 2 ** 20;

function describe(path: string): CheckResult {
  const name = 'database';
  using database = openUntouched(path);
  if (!database) return ok(name, `${path} will be created by the first start`);
  const version = versionOf(database);
  const newest = database.prepare('SELECT max(time) AS time FROM sample').get()?.['time'];
  const age = typeof newest === 'number' ? `newest sample ${formatTime(newest)}` : 'no samples yet';
  const upgrade = version < SCHEMA_VERSION ? `, which the next start upgrades to ${SCHEMA_VERSION}` : '';
  return ok(name, `${path}: version ${version}${upgrade}; ${age}`);
}

function checkFile(path: string): CheckResult {
  try {
    return describe(path);
  } catch (error) {
    if (error instanceof SetupError) return fatal('database', error.message);
    return fatal(
      'database',
      `${path} cannot be read: ${messagesOf(error)}`,
      'If another program has the file open, close that program. If the file is damaged, restore a backup.',
    );
  }
}

/** The folder itself, or where it does not exist yet the one that it would be created in. */
function existingFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function checkRights(path: string, folder: string): CheckResult {
  const name = 'permissions';
  const { R_OK, W_OK, X_OK } = constants;
  let at = folder;
  if (!statSync(folder).isDirectory())
    return fatal(name, `${folder} is not a folder`, 'Set DATA_DIR to a folder.');
  try {
    accessSync(folder, R_OK | W_OK | X_OK);
    for (const file of [path, `${path}-wal`, `${path}-shm`].filter((one) => existsSync(one))) {
      at = file;
      accessSync(file, R_OK | W_OK);
    }
  } catch (error) {
    const isReadOnly = error instanceof Error && 'code' in error && error.code === 'EROFS';
    return isReadOnly
      ? fatal(name, `${at} is on a read-only file system`, 'Set DATA_DIR to a folder that can be written.')
      : fatal(
          name,
          `this user cannot read and write ${at}`,
          'Change its owner or permissions, or set DATA_DIR to another folder.',
        );
  }
  return ok(
    name,
    folder === dirname(path)
      ? `${folder} can be written`
      : `${folder} can be written; DATA_DIR will be created`,
  );
}

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20).toLocaleString('en')} MiB`;

function checkSpace(folder: string): CheckResult {
  const name = 'free space';
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = `${inMegabytes(free)} free at ${folder}`;
  if (free < LEAST_SPACE) return fatal(name, detail, 'Free some space, or set DATA_DIR to another disk.');
  if (free < AMPLE_SPACE)
    return warning(name, detail, `Make sure that ${inMegabytes(AMPLE_SPACE)} are free.`);
  return ok(name, detail);
}

/** The embedded store. Nothing is created or changed; the lock of a running service is not needed. */
export function checkFileStore(file: string): CheckResult[] {
  const path = resolve(file);
  const folder = existingFolder(path);
  return [checkFile(path), checkRights(path, folder), checkSpace(folder)];
}
