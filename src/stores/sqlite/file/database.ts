import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { SetupError } from '../../../domain/errors.ts';
import { isBusy, primaryCode } from './faults.ts';
import { ALL_HOURS_ARE_STALE, SCHEMA, SCHEMA_VERSION, VERSION_WITH_ROLLUPS } from './schema.ts';
import { LOG_SETTINGS } from './write-ahead-log.ts';

/** Marks the file as ours. In text: lit! */
const APPLICATION_ID = 0x6c697421;

const SQLITE_NOTADB = 26;

const MARKS = `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`;

/** A wait inside SQLite would hold the event loop: it answers at once, and is asked again later. */
const OPTIONS = { timeout: 0 } as const;

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

export const versionOf = (database: DatabaseSync): number => pragma(database, 'user_version');

export const hasRollups = (database: DatabaseSync): boolean => versionOf(database) >= VERSION_WITH_ROLLUPS;

function refuseStrange(database: DatabaseSync, path: string): void {
  const isEmpty = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'] === 0;
  if (!isEmpty && pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new SetupError(`DATA_DIR holds ${path}, a database of another program: move it away`);
  }
  if (versionOf(database) > SCHEMA_VERSION) {
    throw new SetupError(`DATA_DIR holds a file of a newer version: run that version, or move ${path} away`);
  }
}

/** Parents first. Node's own recursive mkdir never returns where a parent is there and takes nothing (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error;
  }
}

/** What a fault at opening means: something for the operator to mend, or a lock to wait for. */
export function explain(cause: unknown, path: string): unknown {
  if (cause instanceof SetupError || isBusy(cause)) return cause;
  if (primaryCode(cause) === SQLITE_NOTADB) {
    return new SetupError(`DATA_DIR holds ${path}, which is not an SQLite database: move it away`, { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SetupError(`DATA_DIR cannot be used: ${reason} (${path})`, { cause });
}

/** @throws SetupError for what the operator has to mend; SQLite's own error where another process holds the lock. */
export function openForWriting(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    makeFolder(dirname(path));
    database = new DatabaseSync(path, OPTIONS);
    refuseStrange(database, path);
    database.exec(`PRAGMA auto_vacuum = INCREMENTAL; ${LOG_SETTINGS}`);
    if (versionOf(database) < SCHEMA_VERSION) {
      const lacksRollups = !hasRollups(database);
      database.exec(`BEGIN IMMEDIATE; ${SCHEMA} ${lacksRollups ? ALL_HOURS_ARE_STALE : ''} ${MARKS} COMMIT`);
    }
    return database;
  } catch (cause) {
    database?.close();
    throw explain(cause, path);
  }
}

/**
 * Opens what is there, and creates no file. Without a write-ahead log beside it the file is whole
 * and nobody writes: then it is read as it is, which also works in a folder that cannot be written.
 * (With a log that a killed process left, SQLite may create its index beside it again.)
 */
export function openForReading(path: string): DatabaseSync | undefined {
  return openReadOnly(path, !existsSync(`${path}-wal`));
}

/** As `openForReading`, but touches nothing at all: what is in a log that a killed process left is not read. */
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
    refuseStrange(database, path);
    if (versionOf(database) > 0) return database;
    // Created, and nothing was ever written to it.
    database.close();
    return undefined;
  } catch (cause) {
    database?.close();
    throw explain(cause, path);
  }
}
