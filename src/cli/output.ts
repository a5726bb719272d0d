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
export function countsText({ received, added, duplicates, rejected, rejections }: Counts): string {
  const why = rejections.map(({ reason, count }) => `${count} ${reason}`).join(', ');
  const counts = `${received} received: ${added} added, ${duplicates} duplicates, ${rejected} rejected`;
  return why ? `${counts} (${why})` : counts;
}
