import type { Appended } from '../stores/sample-store.ts';
import type { LineReason, OmissionReason } from './sample-batch.ts';

/** The counts of an import: `received = added + duplicates + rejected + omitted`. */
export interface Counts {
  readonly received: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly reason: string; readonly count: number }[];
  /** Valid lines that were left out; absent if it cannot happen. */
  readonly omitted?: number;
  readonly omissions?: readonly { readonly reason: string; readonly count: number }[];
}

export type ImportCounter = ReturnType<typeof createImportCounter>;

/** Counts only samples that the store has confirmed, so that the counts are correct at any moment. */
export function createImportCounter() {
  let added = 0;
  let duplicates = 0;
  let rejected = 0;
  const reasons = new Map<LineReason, number>();
  const omissions = new Map<OmissionReason, number>();
  return {
    add(appended: Appended): void {
      added += appended.added;
      duplicates += appended.duplicates;
    },
    reject(reason: LineReason): void {
      rejected += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    },
    omit(counts: Readonly<Record<OmissionReason, number>>): void {
      for (const reason of ['no_value', 'candle_not_ended'] as const)
        if (counts[reason] > 0) omissions.set(reason, (omissions.get(reason) ?? 0) + counts[reason]);
    },
    counts(): Counts {
      const omitted = omissions.values().reduce((sum, count) => sum + count, 0);
      const list = (counts: ReadonlyMap<string, number>) =>
        [...counts].map(([reason, count]) => ({ reason, count }));
      return {
        received: added + duplicates + rejected + omitted,
        added,
        duplicates,
        rejected,
        rejections: list(reasons),
        omitted,
        omissions: list(omissions),
      };
    },
  };
}
