import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { StoreError } from '../../../domain/errors.ts';

/** The version of the format. A file of a higher one is refused. */
export const BACKUP_VERSION = 1;

/** Start, and the eight numbers of the hour's slot (see rollups.lua). */
export type HourRow = readonly [start: number, ...slot: number[]];
export type SampleRow = readonly [time: number, price: number | null, sentiment: number | null];

/** What a backup contains, in this order: a line of JSON each, compressed as a whole. */
export type BackupLine =
  | { readonly backup: 'is-bitcoin-lit'; readonly version: number; readonly raw_since: number }
  | { readonly hours: readonly HourRow[] }
  | { readonly samples: readonly SampleRow[] }
  | { readonly document: readonly [name: string, text: string] }
  | { readonly headline: readonly [key: string, text: string] }
  | { readonly end: number };

const MAX_LINE_CHARACTERS = 2 ** 25;

const refuse = (file: string, why: string, cause?: unknown): StoreError =>
  new StoreError('unsuitable', `${file} ${why}`, { cause });

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) throw new Error('a line is too long');
    yield* lines;
  }
}

/**
 * Reads a backup line by line.
 *
 * @throws the system's error if the file cannot be read; StoreError, `unsuitable`, if it is not a complete backup.
 */
export async function readBackup(
  file: string,
  signal: AbortSignal,
  take: (line: BackupLine) => Promise<void>,
): Promise<void> {
  let count = 0;
  let isComplete = false;
  let failure: unknown;
  try {
    await pipeline(
      createReadStream(file),
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const text of linesOf(chunks)) {
          const line = JSON.parse(text) as BackupLine;
          if (count === 0) {
            if (!('backup' in line) || line.backup !== 'is-bitcoin-lit') throw new Error('not a backup');
            if (line.version > BACKUP_VERSION)
              throw refuse(
                file,
                `is a backup of a newer version (${line.version}; this one reads up to ${BACKUP_VERSION})`,
              );
          }
          isComplete = 'end' in line && line.end === count;
          count += 1;
          // The store's error is not the file's.
          await take(line).catch((cause) => {
            failure = cause;
            throw cause;
          });
        }
      },
      { signal },
    );
  } catch (cause) {
    signal.throwIfAborted();
    if (failure || cause instanceof StoreError) throw failure ?? cause;
    if (cause instanceof Error && 'syscall' in cause) throw cause;
    throw refuse(file, 'is not a backup, or is damaged', cause);
  }
  if (!isComplete) throw refuse(file, 'is not a complete backup');
}
