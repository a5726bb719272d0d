import type { Appended } from '../stores/sample-store.ts';
import type { LineReason } from './sample-batch.ts';

/** The counts of an import: `received = added + duplicates + rejected`. */
export interface Counts {
  readonly received: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly reason: string; readonly count: number }[];
}

export type ImportCounter = ReturnType<typeof createImportCounter>;

/** Counts only samples that the store has confirmed, so that the counts are correct at any moment. */
export function createImportCounter() {
  let added = 0;
  let duplicates = 0;
  let rejected = 0;
  const reasons = new Map<LineReason, number>();
  return {
    add(appended: Appended): void {
      added += appended.added;
      duplicates += appended.duplicates;
    },
    reject(reason: LineReason): void {
      rejected += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    },
    counts: (): Counts => ({
      received: added + duplicates + rejected,
      added,
      duplicates,
      rejected,
      rejections: [...reasons].map(([reason, count]) => ({ reason, count })),
    }),
  };
}
