import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { isSystemError } from '../../domain/errors.ts';
import { printable } from '../../domain/untrusted-text.ts';
import { UnusableError } from '../unusable-input.ts';
import { DamagedError } from './damaged.ts';
import { type Chunks, createUnpackGuard, type UnpackLimits } from './unpack.ts';

export const ZIP_MARK = Buffer.of(0x50, 0x4b, 0x03, 0x04);

const MAX_SHOWN_NAMES = 3;
const MAX_SHOWN_CHARACTERS = 60;

/** Entries that are read to find the one file. */
const MAX_ENTRIES = 10_000;

/** Folders, and files that programs add for themselves. */
const OWN_ENTRIES = /^__MACOSX\/|(?:^|\/)\.DS_Store$|\/$/;

/** Of Office Open XML and OpenDocument. */
const SPREADSHEET_ENTRIES = ['[Content_Types].xml', 'mimetype'];

const DAMAGED = 'the zip archive is truncated or damaged';

const show = (name: string): string => printable(name, MAX_SHOWN_CHARACTERS);

async function onlyEntry(archive: ZipFile): Promise<Entry> {
  const files: Entry[] = [];
  let count = 0;
  for await (const entry of archive.eachEntry()) {
    count += 1;
    if (!OWN_ENTRIES.test(entry.fileName)) files.push(entry);
    if (count >= MAX_ENTRIES) break;
  }
  if (files.some(({ fileName }) => SPREADSHEET_ENTRIES.includes(fileName)))
    throw new UnusableError('it is a spreadsheet: save it as CSV');
  const [file, ...others] = files;
  if (!file) throw new UnusableError('the zip archive contains no file');
  if (others.length > 0) {
    const names = files.slice(0, MAX_SHOWN_NAMES).map(({ fileName }) => show(fileName));
    const shown = `${names.join(', ')}${files.length > MAX_SHOWN_NAMES ? ', …' : ''}`;
    throw new UnusableError(
      `the zip archive contains several files (${shown}): unpack it, and import one after the other`,
    );
  }
  if (file.isEncrypted()) throw new UnusableError('the zip archive is encrypted: unpack it');
  if (!file.canDecodeFileData())
    throw new UnusableError('the zip archive uses an unsupported compression method: unpack it');
  return file;
}

async function* read(
  archive: ZipFile,
  entry: Entry,
  limits?: UnpackLimits,
): AsyncGenerator<Buffer, void, undefined> {
  const guard = createUnpackGuard(limits);
  guard.countPacked(entry.compressedSize);
  let sum = 0;
  try {
    const stream: AsyncIterable<Buffer> = await archive.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      guard.countUnpacked(chunk.length);
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof DamagedError || isSystemError(cause)) throw cause;
    throw new DamagedError(DAMAGED, { cause });
  }
  if (sum !== entry.crc32) throw new DamagedError('the zip archive is damaged: its checksum does not match');
}

/** The one file in an archive. */
export interface ZippedFile extends Disposable {
  readonly name: string;
  readonly chunks: Chunks;
}

/**
 * Opens the one file in an archive.
 *
 * @throws UnusableError if there are several or none, it is encrypted, or it is no valid archive.
 */
export async function openZipped(path: string, limits?: UnpackLimits): Promise<ZippedFile> {
  const { openPromise } = await import('yauzl');
  let archive: ZipFile | undefined;
  try {
    archive = await openPromise(path, { autoClose: false });
    const entry = await onlyEntry(archive);
    const opened = archive;
    return {
      name: entry.fileName,
      chunks: read(opened, entry, limits),
      [Symbol.dispose]: () => opened.close(),
    };
  } catch (cause) {
    archive?.close();
    if (cause instanceof UnusableError || isSystemError(cause)) throw cause;
    throw new UnusableError(DAMAGED, undefined, { cause });
  }
}
