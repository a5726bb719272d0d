import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import type { RejectedLine } from './sample-batch.ts';
import { withoutFormulas } from './spreadsheet-cell.ts';

/** A place for lines that are not let in. */
export interface Rejects extends AsyncDisposable {
  /** Waits where the disk is slower. */
  write(lines: readonly RejectedLine[]): Promise<void>;
}

/** The place cannot be written. */
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

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Neither follows a link nor waits for whoever is at the other end of a pipe. */
const AS_IT_IS = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens an earlier file of this kind, or an empty one, and nothing else: names are mixed up easily. */
async function openEarlier(path: string): Promise<FileHandle> {
  // First a look: to open a device may do something already.
  if (!(await lstat(path)).isFile()) throw new Error('it is there already, and is no ordinary file');
  const file = await open(path, AS_IT_IS);
  try {
    const there = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER.length), 0, HEADER.length, 0);
    const isOurs = there.size === 0 || buffer.toString('latin1', 0, bytesRead) === HEADER;
    if (!there.isFile() || !isOurs) throw new Error('it is there already, and holds something else');
    await file.truncate();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openNewOrEarlier(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return await openEarlier(path);
  }
}

/**
 * A CSV file of line numbers, reasons and the lines as they came, but for an apostrophe where a spreadsheet would see a
 * formula. It takes the place of an earlier file of this kind.
 *
 * @throws RejectsError, also when it is written to.
 */
export async function openRejects(path: string): Promise<Rejects> {
  const file = await openNewOrEarlier(path).catch((cause) => {
    throw new RejectsError(path, cause);
  });
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
