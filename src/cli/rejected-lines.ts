import { stat } from 'node:fs/promises';
import { printable } from '../domain/untrusted-text.ts';
import { openRejects, type Rejects } from '../import-export/rejects-file.ts';
import type { RejectedLine } from '../import-export/sample-batch.ts';
import { printError, UsageError } from './output.ts';

/** Shown to people; a file has them all. */
const MOST_SHOWN = 10;

/** In characters. */
const LONGEST_SHOWN = 60;

/**
 * Writes rejected lines for people. An explanation of a time stands behind the first line that needs it, and not behind
 * all of them.
 */
function createLineText(): (rejected: RejectedLine) => string {
  const explained = new Set<string>();
  return ({ line, reason, text, time }) => {
    const shown = `line ${line}: ${reason}: ${printable(text, LONGEST_SHOWN)}`;
    if (!time || explained.has(time.why)) return shown;
    explained.add(time.why);
    return `${shown}\n  ${time.found} ${time.why}`;
  };
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** Tells of the first lines that are not let in, and writes all of them to a file where one is named. */
export async function openRejectedLines(
  path: string | undefined,
  input: string | undefined,
): Promise<Rejects> {
  if (path !== undefined && input !== undefined && (await isSameFile(path, input)))
    throw new UsageError('--rejects names the input file');
  const file = path === undefined ? undefined : await openRejects(path);
  const show = createLineText();
  let shown = 0;
  return {
    async write(lines) {
      for (const one of lines.slice(0, Math.max(0, MOST_SHOWN - shown))) printError(show(one));
      if (shown < MOST_SHOWN && shown + lines.length > MOST_SHOWN)
        printError(
          path === undefined
            ? 'more lines were rejected: use --rejects FILE to see all'
            : `more lines were rejected: see ${path}`,
        );
      shown += lines.length;
      await file?.write(lines);
    },
    async [Symbol.asyncDispose]() {
      await file?.[Symbol.asyncDispose]();
    },
  };
}
