import { priceAt } from '../../src/simulation/market/prices.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** As many as SentiCrypt v1 sent on the day that was recorded. */
export const SAMPLES_OF_A_DAY = 2474;

/** Between two samples of such a day. Milliseconds. */
const STEP = Math.floor(DAY / SAMPLES_OF_A_DAY);

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

/** What SentiCrypt v1 would send of the day that begins at a time. */
export function dayFrom(start: number): string {
  const records = Array.from({ length: SAMPLES_OF_A_DAY }, (_, index) => snapshot(start + index * STEP));
  return `[${records.join()}]`;
}
