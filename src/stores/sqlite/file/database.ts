import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { SetupError } from '../../../domain/errors.ts';
import { LOG_SETTINGS } from '../log/write-ahead-log.ts';
import { explain, isBusy } from './faults.ts';
import { lockForServing } from './lock.ts';
import {
  ADD_ENDS,
  ALL_HOURS_ARE_STALE,
  SCHEMA,
  SCHEMA_VERSION,
  VERSION_WITH_RETENTION,
  VERSION_WITH_ROLLUPS,
} from './schema.ts';

/** Marks the file as ours. In text: lit! */
const APPLICATION_ID = 0x6c697421;

const MARKS = `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`;

/** SQLite does not wait for locks, since that would block the event loop. Callers retry later. */
const OPTIONS = { timeout: 0 } as const;

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

export const versionOf = (database: DatabaseSync): number => pragma(database, 'user_version');

export const hasRollups = (database: DatabaseSync): boolean => versionOf(database) >= VERSION_WITH_ROLLUPS;

/** Whether the file has the prices at the ends of hours. */
export const hasEnds = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'hour_end'").get() !== undefined;

export const hasRetention = (database: DatabaseSync): boolean =>
  versionOf(database) >= VERSION_WITH_RETENTION;

/** The file is of another program, or of a newer version. */
export class ForeignFileError extends SetupError {}

function assertOurs(database: DatabaseSync, path: string): void {
  const isEmpty = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'] === 0;
  if (!isEmpty && pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new ForeignFileError(`DATA_DIR contains ${path}, a database of another program: move it away`);
  }
  if (versionOf(database) > SCHEMA_VERSION) {
    throw new ForeignFileError(
      `DATA_DIR contains a file of a newer version (${versionOf(database)}; this one reads up to ${SCHEMA_VERSION}): run that version, or move ${path} away`,
    );
  }
}

/** Node's recursive mkdir never returns if a parent exists but allows no new entries (/proc), so this creates parents itself. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

/**
 * Keeps a service from using the file while it is upgraded. Only an older one can: it would fail, or write without what this
 * version adds. A new file needs no lock.
 */
function lockForUpgrade(database: DatabaseSync, path: string): Disposable | undefined {
  if (versionOf(database) === 0) return undefined;
  try {
    return lockForServing(path);
  } catch (error) {
    const { cause } = error as SetupError;
    // It may be another process that upgrades: wait for it.
    throw isBusy(cause) ? cause : error;
  }
}

/** Creates the tables that are missing. Another process may have done it meanwhile. */
function upgrade(database: DatabaseSync, path: string): void {
  using _lock = lockForUpgrade(database, path);
  database.exec('BEGIN IMMEDIATE');
  assertOurs(database, path);
  // Another version may have written no hours at all, or hours without their ends.
  const hours = hasRollups(database) ? ADD_ENDS : ALL_HOURS_ARE_STALE;
  database.exec(`${SCHEMA} ${hours} ${MARKS} COMMIT`);
}

/** @throws SetupError for the operator to correct; SQLite's own error if another process holds the lock. */
export function openForWriting(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    makeFolder(dirname(path));
    database = new DatabaseSync(path, OPTIONS);
    assertOurs(database, path);
    database.exec(`PRAGMA auto_vacuum = INCREMENTAL; ${LOG_SETTINGS}`);
    if (versionOf(database) < SCHEMA_VERSION || !hasEnds(database)) upgrade(database, path);
    return database;
  } catch (cause) {
    database?.close();
    throw explain(cause, path);
  }
}

/**
 * Opens a file if it exists. Without a write-ahead log beside it, no process is writing, and the file is opened as
 * immutable, which also works in a read-only folder. With a log that a killed process left, SQLite may create an index.
 */
export function openForReading(path: string): DatabaseSync | undefined {
  return openReadOnly(path, !existsSync(`${path}-wal`));
}

/** Like `openForReading`, but creates nothing at all, so it does not read a log that a killed process left. */
export function openUntouched(path: string): DatabaseSync | undefined {
  return openReadOnly(path, !existsSync(`${path}-wal`) || !existsSync(`${path}-shm`));
}

function openReadOnly(path: string, isAtRest: boolean): DatabaseSync | undefined {
  if (!existsSync(path)) return undefined;
  const url = pathToFileURL(path);
  if (isAtRest) url.searchParams.set('immutable', '1');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(url, { ...OPTIONS, readOnly: true });
    assertOurs(database, path);
    if (versionOf(database) > 0) return database;
    // The file was created, but never written.
    database.close();
    return undefined;
  } catch (cause) {
    database?.close();
    throw explain(cause, path);
  }
}
