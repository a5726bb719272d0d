import type { TestContext } from 'node:test';
import type { Sample } from '../../../src/domain/sample.ts';
import { snapshot, startUpstream } from './upstream.ts';

/** A SentiCrypt feed that sends one batch of new samples until it is acknowledged, and then the next. */
export interface BatchFeed {
  readonly url: string;
  /** Moves on to the next batch. */
  acknowledge(): void;
  /** The samples of all acknowledged batches. */
  readonly acknowledged: readonly Required<Sample>[];
  /** The batch that is not acknowledged yet. It may be stored already. */
  current(): readonly Required<Sample>[];
}

export const BATCH_SIZE = 40;

export async function startBatchFeed(t: TestContext): Promise<BatchFeed> {
  const began = Date.now() - 23 * 3_600_000;
  let count = 0;
  const createBatch = () =>
    Array.from({ length: BATCH_SIZE }, () => {
      count += 1;
      return { time: began + count * 100, price: 30_000 + count / 8, sentiment: (count % 201) / 100 - 1 };
    });
  let current = createBatch();
  const acknowledged: Required<Sample>[] = [];
  const upstream = await startUpstream(t, (_request, response) => {
    const snapshots = current.map(({ time, price, sentiment }) => snapshot(time, price, sentiment));
    response.end(JSON.stringify(snapshots));
  });
  return {
    url: upstream.url,
    acknowledge() {
      acknowledged.push(...current);
      current = createBatch();
    },
    acknowledged,
    current: () => current,
  };
}
