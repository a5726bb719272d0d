import { open } from 'node:fs/promises';
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

/**
 * A CSV file of line numbers, reasons and the lines as they came, in place of one that is there.
 *
 * @throws RejectsError, also when it is written to and disposed of.
 */
export async function openRejects(path: string): Promise<Rejects> {
  const file = await open(path, 'w').catch((cause) => {
    throw new RejectsError(path, cause);
  });
  const write = async (text: string): Promise<void> => {
    try {
      await file.writeFile(text);
    } catch (cause) {
      throw new RejectsError(path, cause);
    }
  };
  await write('line,reason,text\n');
  return {
    write: (lines) => write(lines.map(row).join('')),
    [Symbol.asyncDispose]: () => file.close(),
  };
}
