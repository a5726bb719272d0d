import { open, stat } from 'node:fs/promises';
import type { RejectedLine } from './parcel.ts';

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

const row = ({ line, reason, text }: RejectedLine): string => `${line},${reason},${quoted(text)}\n`;

const HEADER = 'line,reason,text\n';

/** Takes the place of an earlier file of this kind, and of nothing else: names are mixed up easily. */
async function assertReplaceable(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() || there.size === 0) return;
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER.length));
  if (buffer.toString('latin1', 0, bytesRead) !== HEADER)
    throw new Error('it is there already, and holds something else');
}

/**
 * A CSV file of line numbers, reasons and the lines as they came, in place of an earlier one.
 *
 * @throws RejectsError, also when it is written to.
 */
export async function openRejects(path: string): Promise<Rejects> {
  const file = await assertReplaceable(path)
    .then(() => open(path, 'w'))
    .catch((cause) => {
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
