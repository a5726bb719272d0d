import { priceAt } from '../../src/simulation/market/prices.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** As many as SentiCrypt v1 sent on the recorded day. */
export const SAMPLES_PER_DAY = 2474;

/** Between two samples of such a day. */
const SAMPLE_INTERVAL_MS = Math.floor(DAY / SAMPLES_PER_DAY);

/** One record of a simulated market, in SentiCrypt v1's form and size, at a time in epoch milliseconds. */
export function snapshot(at: number): string {
  const sentiment = Math.sin(at / HOUR);
  return JSON.stringify({
    count: 7259,
    timestamp: at / 1000 + 0.3452034,
    rate: 5.48,
    last: 0.33,
    sum: 1425.82,
    mean: Number(sentiment.toFixed(2)),
    median: 0.23,
    btc_price: String(priceAt(at)),
  });
}

/** A response of SentiCrypt v1 for the day that begins at a time. */
export function dayFrom(start: number): string {
  const records = Array.from({ length: SAMPLES_PER_DAY }, (_, index) =>
    snapshot(start + index * SAMPLE_INTERVAL_MS),
  );
  return `[${records.join()}]`;
}
