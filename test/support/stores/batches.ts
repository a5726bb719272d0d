import type { TestContext } from 'node:test';
import type { Sample } from '../../../src/domain/sample.ts';
import { snapshot, startUpstream } from '../upstreams/upstream.ts';

/** A feed that sends what is new and nothing else: what was acknowledged never comes again. */
export interface Batches {
  readonly url: string;
  /** The batch that is being sent was acknowledged, so that the next one comes. */
  acknowledge(): void;
  readonly acknowledged: readonly Required<Sample>[];
  /** The one that was not acknowledged: it may be kept. */
  current(): readonly Required<Sample>[];
}

export const BATCH = 40;

export async function startBatches(t: TestContext): Promise<Batches> {
  const began = Date.now() - 23 * 3_600_000;
  let count = 0;
  const make = () =>
    Array.from({ length: BATCH }, () => {
      count += 1;
      return { time: began + count * 100, price: 30_000 + count / 8, sentiment: (count % 201) / 100 - 1 };
    });
  let current = make();
  const acknowledged: Required<Sample>[] = [];
  const upstream = await startUpstream(t, (_request, response) => {
    const snapshots = current.map(({ time, price, sentiment }) => snapshot(time, price, sentiment));
    response.end(JSON.stringify(snapshots));
  });
  return {
    url: upstream.url,
    acknowledge() {
      acknowledged.push(...current);
      current = make();
    },
    acknowledged,
    current: () => current,
  };
}
