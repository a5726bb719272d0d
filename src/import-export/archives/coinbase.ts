import { BITCOIN_BEGAN, HOUR } from '../../domain/time/time.ts';
import type { Candles } from '../../exchanges/exchange.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { admitInto, emptyBatch, type SampleBatch } from '../sample-batch.ts';
import type { PacedCall } from './paced-calls.ts';

export interface CoinbaseArchive {
  readonly candles: Candles;
  readonly pacedCall: PacedCall;
  readonly store: Pick<SampleStore, 'buckets'>;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/**
 * Reads hourly closing prices since a time, each at its hour's last millisecond. It requests only hours without a price, so
 * that an interrupted import continues where it stopped.
 *
 * @throws SourceError, StoreError.
 */
export async function* readCoinbaseArchive(
  archive: CoinbaseArchive,
): AsyncGenerator<SampleBatch, void, undefined> {
  const { candles, pacedCall, store, since, clock, signal } = archive;
  const end = Math.floor(clock() / HOUR) * HOUR;
  let count = 0;
  for (
    let from = Math.ceil(Math.max(since, BITCOIN_BEGAN) / HOUR) * HOUR;
    from < end;
    from += candles.most * HOUR
  ) {
    const to = Math.min(from + candles.most * HOUR, end);
    const missing = new Set<number>();
    for (let hour = from; hour < to; hour += HOUR) missing.add(hour);
    for await (const buckets of store.buckets({ from, to }, HOUR)) {
      for (const { start, priceSamples } of buckets) if (priceSamples > 0) missing.delete(start);
    }
    if (missing.size === 0) continue;
    const requested = { from: Math.min(...missing), to: Math.max(...missing) + HOUR };
    const { closes } = await pacedCall(() => candles.read(requested, signal));
    const batch = emptyBatch();
    for (const [hour, price] of [...closes].sort(([one], [other]) => one - other)) {
      if (!missing.has(hour)) continue;
      count += 1;
      const record = { time: hour + HOUR - 1, price, sentiment: undefined };
      admitInto(batch, record, clock(), count, () => JSON.stringify(record));
    }
    yield batch;
  }
}
