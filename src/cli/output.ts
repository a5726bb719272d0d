import type { Counts } from '../import-export/import-counts.ts';

/** The command line is invalid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Prints a result to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a message for people to standard error. */
export function printError(message: string): void {
  process.stderr.write(`is-bitcoin-lit: ${message}\n`);
}

/** Describes the outcome of a refresh or an import on one line. */
export function countsText(counts: Counts): string {
  const { received, added, duplicates } = counts;
  return `${received} received: ${added} added, ${duplicates} duplicates, ${leftText(counts)}`;
}

/** Describes the lines of an input that are not stored. */
export function leftText(counts: Pick<Counts, 'rejected' | 'rejections' | 'omitted' | 'omissions'>): string {
  const { rejected, rejections, omitted = 0, omissions = [] } = counts;
  const because = (reasons: Counts['rejections']): string =>
    reasons.length > 0 ? ` (${reasons.map(({ reason, count }) => `${count} ${reason}`).join(', ')})` : '';
  const left = omitted > 0 ? `, ${omitted} left out${because(omissions)}` : '';
  return `${rejected} rejected${because(rejections)}${left}`;
}
