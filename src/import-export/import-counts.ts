import type { Appended } from '../stores/sample-store.ts';
import type { LineReason } from './sample-batch.ts';

/** What an import has brought so far: `received = added + duplicates + rejected`. */
export interface Counts {
  readonly received: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly reason: string; readonly count: number }[];
}

export interface ImportCounter {
  keep(appended: Appended): void;
  reject(reason: LineReason): void;
  counts(): Counts;
}

/** Only what the store has answered for is counted, so that the counts are true at any moment. */
export function createImportCounter(): ImportCounter {
  let added = 0;
  let duplicates = 0;
  let rejected = 0;
  const reasons = new Map<LineReason, number>();
  return {
    keep(appended) {
      added += appended.added;
      duplicates += appended.duplicates;
    },
    reject(reason) {
      rejected += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    },
    counts: () => ({
      received: added + duplicates + rejected,
      added,
      duplicates,
      rejected,
      rejections: [...reasons].map(([reason, count]) => ({ reason, count })),
    }),
  };
}
