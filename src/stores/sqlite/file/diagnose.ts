import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CheckResult, fatal, ok, warning } from '../../../domain/check-result.ts';
import { messagesOf, SetupError } from '../../../domain/errors.ts';
import { formatTime } from '../../../domain/time/time.ts';
import { openUntouched, versionOf } from './database.ts';
import { SCHEMA_VERSION } from './schema.ts';

/** A refresh needs some kilobytes, and as much again for the write-ahead log. */
const MIN_FREE_BYTES = 4 * 2 ** 20;
/** More than a year of samples. */
const AMPLE_FREE_BYTES = 200 * 2 ** 20;

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

/** The folder of the file, or the closest one that exists. */
function existingFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function checkPermissions(path: string, folder: string): CheckResult {
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
    if (isReadOnly)
      return fatal(
        name,
        `${at} is on a read-only file system`,
        'Set DATA_DIR to a folder that can be written.',
      );
    return fatal(
      name,
      `this user cannot read and write ${at}`,
      'Change its owner or permissions, or set DATA_DIR to another folder.',
    );
  }
  return ok(name, `${folder} can be written${folder === dirname(path) ? '' : '; DATA_DIR will be created'}`);
}

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20).toLocaleString('en')} MiB`;

function checkSpace(folder: string): CheckResult {
  const name = 'free space';
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const detail = `${inMegabytes(freeBytes)} free at ${folder}`;
  if (freeBytes < MIN_FREE_BYTES)
    return fatal(name, detail, 'Free some space, or set DATA_DIR to another disk.');
  if (freeBytes < AMPLE_FREE_BYTES)
    return warning(name, detail, `Make sure that ${inMegabytes(AMPLE_FREE_BYTES)} are free.`);
  return ok(name, detail);
}

/** Checks the embedded store, without changes and without the lock of a running service. */
export function diagnoseFile(file: string): CheckResult[] {
  const path = resolve(file);
  const folder = existingFolder(path);
  return [checkFile(path), checkPermissions(path, folder), checkSpace(folder)];
}
