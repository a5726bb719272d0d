import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { messagesOf, SetupError, StoreError } from '../../../domain/errors.ts';
import { bucketStart, DAY } from '../../../domain/time/bucket-width.ts';
import type { CheckableStore, CheckedStore, Damage } from '../../damage.ts';
import { ForeignFileError, openForWriting, openUntouched, versionOf } from '../file/database.ts';
import { isBusy, storeError } from '../file/faults.ts';
import { lockForServing } from '../file/lock.ts';
import { keepFile } from '../file/open-file.ts';
import { ADD_ENDS, SCHEMA, SCHEMA_VERSION } from '../file/schema.ts';
import { patiently } from '../file/transaction.ts';
import { LOCK_WAIT_MS, openOnceUnlocked } from '../open.ts';
import { prepareChange } from '../samples/change.ts';
import { prepareRetention } from '../samples/retention.ts';
import { describeDefinition, describeWrong, isRemnant, wrongDefinitions, wrongRollups } from './compare.ts';
import { rawSinceOf, rescue } from './rescue.ts';
import { openDamaged } from './salvage.ts';

const MAX_LINES = 20;

/** Rollups per transaction. */
const BATCH = 200;

const readable = (what: string): Damage => ({ what, kind: 'readable' });

/** Each fault that SQLite's own check finds in the pages and indexes. */
function damagedPages(database: DatabaseSync): Damage[] {
  try {
    const rows = database.prepare(`PRAGMA integrity_check(${MAX_LINES})`).all();
    return rows
      .flatMap(({ integrity_check: text }) => String(text).split('\n'))
      .filter((line) => line !== 'ok' && !line.startsWith('***'))
      .map(readable);
  } catch (error) {
    if (isBusy(error)) throw error;
    return [readable(`its pages cannot be read: ${messagesOf(error)}`)];
  }
}

function invalidTexts(database: DatabaseSync): Damage[] {
  const invalid = "SELECT count(*) AS count FROM document WHERE NOT json_valid(text) AND name <> 'headlines'";
  const count = Number(database.prepare(invalid).get()?.['count']);
  return count === 0
    ? []
    : [{ what: `${count} documents of saved state are not JSON, and are ignored`, kind: 'lost' }];
}

function countsOf(database: DatabaseSync): string {
  const count = (table: string): string =>
    `${Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']).toLocaleString('en')} ${table}s`;
  return ['sample', 'hour', 'day', 'document', 'headline'].map(count).join(', ');
}

/** Checks a file that SQLite can open. */
function checkContent(database: DatabaseSync, path: string): CheckedStore {
  const version = versionOf(database);
  const name = `${path}: version ${version}`;
  const pages = damagedPages(database);
  if (pages.length > 0) return { summary: name, damages: pages };
  if (version < SCHEMA_VERSION)
    return { summary: `${name}, which the next start upgrades to ${SCHEMA_VERSION}`, damages: [] };
  const definitions = wrongDefinitions(database);
  if (definitions.some(({ type }) => type === 'table'))
    return { summary: name, damages: definitions.map(describeDefinition) };
  const rawSince = prepareRetention(database, true).rawSince();
  const isDisabled = database.prepare('SELECT 1 FROM own_change').get() !== undefined;
  const disabled: Damage = { what: 'changes by other programs are not noticed', kind: 'derived' };
  return {
    summary: `${name}; ${countsOf(database)}`,
    damages: [
      ...definitions.map(describeDefinition),
      ...(isDisabled ? [disabled] : []),
      ...describeWrong(wrongRollups(database, rawSince), rawSince),
      ...invalidTexts(database),
    ],
  };
}

/** Checks a file that cannot be opened in the usual way. */
function checkUnopened(path: string, cause: unknown): CheckedStore {
  const summary = `${path}: ${statSync(path).size.toLocaleString('en')} bytes`;
  try {
    using database = openDamaged(path);
    // Nothing can be found without the header and the list of tables.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return { summary, damages: damagedPages(database) };
  } catch {
    return {
      summary,
      damages: [{ what: `it cannot be opened: ${messagesOf(cause)}; restore a backup`, kind: 'lost' }],
    };
  }
}

function check(path: string): CheckedStore {
  let database: DatabaseSync | undefined;
  try {
    database = openUntouched(path);
    if (!database) return { summary: `${path}: empty`, damages: [] };
    return checkContent(database, path);
  } catch (cause) {
    if (isBusy(cause)) throw storeError(cause);
    if (cause instanceof ForeignFileError) throw cause;
    return checkUnopened(path, cause);
  } finally {
    database?.close();
  }
}

/** @throws StoreError, `busy` if another process holds the lock. */
async function openPatiently(path: string): Promise<DatabaseSync> {
  try {
    return await openOnceUnlocked(() => openForWriting(path));
  } catch (error) {
    throw error instanceof SetupError && isBusy(error.cause) ? storeError(error.cause) : error;
  }
}

/**
 * Creates missing tables and triggers, and recomputes wrong hours and days. Hours with more samples than are stored stay: damage
 * may have taken these samples.
 */
async function recompute(path: string, signal: AbortSignal): Promise<string[]> {
  const database = await openPatiently(path);
  await using file = keepFile({ database, path });
  /** Another process may hold the lock for good. */
  const limited = () => AbortSignal.any([signal, AbortSignal.timeout(LOCK_WAIT_MS)]);
  const createMissing = () => {
    const definitions = wrongDefinitions(database);
    for (const { type, name } of definitions) {
      if (type === 'trigger') database.exec(`DROP TRIGGER IF EXISTS ${name}`);
    }
    database.exec(`${SCHEMA} ${ADD_ENDS} DELETE FROM own_change`);
    if (definitions.some(({ name }) => name === 'retention'))
      prepareRetention(database, true).trimmed(rawSinceOf(database, database));
  };
  await patiently(() => file.write(createMissing), limited());
  const retention = prepareRetention(database, true);
  const rawSince = retention.rawSince();
  const change = prepareChange(file, () => undefined);
  const wrong = wrongRollups(database, rawSince);
  const hours = wrong.hours.filter(({ hasMore }) => !hasMore).map(({ start }) => start);
  for (let at = 0; at < hours.length; at += BATCH) {
    const batch = new Set(hours.slice(at, at + BATCH));
    await change(() => ({ count: batch.size, hours: batch }), limited());
  }
  const days = wrongRollups(database, rawSince)
    .days.filter((day) => !isRemnant(day, rawSince))
    .map(({ start }) => start);
  for (let at = 0; at < days.length; at += BATCH) {
    const batch = days.slice(at, at + BATCH);
    await change(() => ({ count: batch.length, hours: new Set(), erased: batch }), limited());
  }
  const dayCount = new Set([...hours.map((hour) => bucketStart(hour, DAY)), ...days]).size;
  return [`recomputed ${hours.length.toLocaleString('en')} hours and ${dayCount.toLocaleString('en')} days`];
}

/** @returns `undefined` if there is no file. */
export function openSqliteToCheck(path: string): CheckableStore | undefined {
  if (!existsSync(path)) return undefined;
  return {
    check: async () => check(path),
    async repair(damages, signal) {
      const done: string[] = [];
      if (damages.some(({ kind }) => kind === 'readable')) {
        // A running service would continue with the damaged file.
        using _ = lockForServing(path);
        try {
          const copied = rescue(path, Date.now());
          if (!copied) return ['nothing, since nothing can be read: restore a backup'];
          done.push(...copied);
        } catch (cause) {
          throw new StoreError('failed', 'the file cannot be repaired', { cause });
        }
      }
      return [...done, ...(await recompute(path, signal))];
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
