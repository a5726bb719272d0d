import type { Counts } from '../import-export/import-counts.ts';

/** Describes the outcome of a refresh or an import on one line. */
export function countsText({ received, added, duplicates, rejected, rejections }: Counts): string {
  const why = rejections.map(({ reason, count }) => `${count} ${reason}`).join(', ');
  const counts = `${received} received: ${added} added, ${duplicates} duplicates, ${rejected} rejected`;
  return why ? `${counts} (${why})` : counts;
}
