import { stat } from 'node:fs/promises';
import type { RejectedLine } from '../transfer/parcel.ts';
import { openRejects, type Rejects } from '../transfer/rejects.ts';
import { complain, UsageError } from './talk.ts';

/** Shown to people; a file has them all. */
const MOST_SHOWN = 10;

/** In characters. */
const LONGEST_SHOWN = 60;

/** Nothing in a line moves a terminal's cursor. */
function show({ line, reason, text }: RejectedLine): string {
  const plain = text.slice(0, LONGEST_SHOWN).replaceAll(/[^\x20-\x7e]+/g, '?');
  return `line ${line}: ${reason}: ${plain}${text.length > LONGEST_SHOWN ? '…' : ''}`;
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
  let shown = 0;
  return {
    async write(lines) {
      for (const one of lines.slice(0, Math.max(0, MOST_SHOWN - shown))) complain(show(one));
      if (shown < MOST_SHOWN && shown + lines.length > MOST_SHOWN)
        complain(
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
