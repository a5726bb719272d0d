import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import type { RejectedLine } from './sample-batch.ts';
import { withoutFormulas } from './spreadsheet-cell.ts';

/** Receives rejected lines. */
export interface Rejects extends AsyncDisposable {
  write(lines: readonly RejectedLine[]): Promise<void>;
}

export class RejectsError extends Error {
  override readonly name = 'RejectsError';

  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written`, { cause });
  }
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const row = ({ line, reason, text }: RejectedLine): string =>
  `${line},${reason},${quoted(withoutFormulas(text))}\n`;

const HEADER = 'line,reason,text\n';

/** Does not follow a link, or wait for the other end of a pipe. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens an earlier file of this kind or an empty file, and rejects all others, since names are mixed up easily. */
async function openEarlier(path: string): Promise<FileHandle> {
  // Checked first, since opening a device may have effects.
  if (!(await lstat(path)).isFile()) throw new Error('it exists, and is not a regular file');
  const file = await open(path, OPEN_FLAGS);
  try {
    const there = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER.length), 0, HEADER.length, 0);
    const isOurs = there.size === 0 || buffer.toString('latin1', 0, bytesRead) === HEADER;
    if (!there.isFile() || !isOurs) throw new Error('it exists, and contains something else');
    await file.truncate();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openNewOrEarlier(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx').catch((error) => {
      if (error.code !== 'EEXIST') throw error;
      return openEarlier(path);
    });
  } catch (cause) {
    throw new RejectsError(path, cause);
  }
}

/**
 * Opens a CSV file of line numbers, reasons and lines, with an apostrophe before anything that a spreadsheet could take for a
 * formula. It replaces an earlier file of this kind.
 *
 * @throws RejectsError, also from `write`.
 */
export async function openRejects(path: string): Promise<Rejects> {
  const file = await openNewOrEarlier(path);
  const write = async (text: string): Promise<void> => {
    try {
      await file.writeFile(text);
    } catch (cause) {
      throw new RejectsError(path, cause);
    }
  };
  await write(HEADER);
  return {
    write: (lines) => write(lines.map(row).join('')),
    [Symbol.asyncDispose]: () => file.close(),
  };
}
