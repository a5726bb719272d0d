import type { Observe } from './observer.ts';
import type { Summaries } from './summary.ts';

export interface DataVersion {
  /** Must receive all events. */
  readonly observe: Observe;
  /** Changes whenever this process learns of a change: readers after it must not get what was read before. */
  readonly version: () => number;
}

export function createDataVersion(summaries: Pick<Summaries, 'watch'>): DataVersion {
  let version = 0;
  summaries.watch(() => {
    version += 1;
  });
  return {
    observe(event) {
      const isChange =
        (event.type === 'rollups_repaired' && event.changed) ||
        (event.type === 'trimmed' && event.removed > 0);
      if (isChange) version += 1;
    },
    version: () => version,
  };
}
