import { stat } from 'node:fs/promises';
import { ignoreRejection } from '../domain/errors.ts';
import { printable } from '../domain/untrusted-text.ts';
import { openRejects, type Rejects } from '../import-export/rejects-file.ts';
import type { RejectedLine } from '../import-export/sample-batch.ts';
import { printError, UsageError } from './output.ts';

/** Lines that are printed. */
const MAX_LINES = 10;
const MAX_LINE_CHARACTERS = 60;

/** Describes rejected lines. An explanation of an invalid time follows only the first line with it. */
function createLineText(): (rejected: RejectedLine) => string {
  const explained = new Set<string>();
  return ({ line, reason, text, time }) => {
    const shown = `line ${line}: ${reason}: ${printable(text, MAX_LINE_CHARACTERS)}`;
    if (!time || explained.has(time.why)) return shown;
    explained.add(time.why);
    return `${shown}\n  ${time.found} ${time.why}`;
  };
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => stat(path).catch(ignoreRejection)));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** Prints the first rejected lines, and writes all of them to the file at `path`, if given. */
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
      for (const one of lines.slice(0, Math.max(0, MAX_LINES - shown))) printError(show(one));
      if (shown < MAX_LINES && shown + lines.length > MAX_LINES)
        printError(`more lines were rejected: ${path ? `see ${path}` : 'use --rejects FILE to see all'}`);
      shown += lines.length;
      await file?.write(lines);
    },
    async [Symbol.asyncDispose]() {
      await file?.[Symbol.asyncDispose]();
    },
  };
}
