import type { HistoryBucket } from '../../../domain/bucket.ts';
import type { HourColumns } from '../../../domain/past/hour-columns.ts';

/** The bytes of a slot: eight little-endian doubles, which rollups.lua describes. */
export const SLOT = 64;

/** The numbers of prices and sentiments in a slot. */
export function countsOf(page: DataView, at: number): readonly [prices: number, sentiments: number] {
  return [page.getFloat64(at + 8, true), page.getFloat64(at + 40, true)];
}

/** The prices at the ends of an hour with prices. */
export const endsOf = (page: DataView, at: number): readonly [first: number, last: number] => [
  page.getFloat64(at + 48, true),
  page.getFloat64(at + 56, true),
];

/** Returns `undefined` for an empty slot. */
export function readSlot(page: DataView, at: number, start: number): HistoryBucket | undefined {
  const [priceSamples, sentimentSamples] = countsOf(page, at);
  if (priceSamples === 0 && sentimentSamples === 0) return undefined;
  const counts = { start, priceSamples, sentimentSamples };
  // Turns -0 into 0.
  const sentiment = page.getFloat64(at + 32, true) + 0;
  if (priceSamples === 0) return { ...counts, sentiment };
  const price = page.getFloat64(at, true);
  const priceMin = page.getFloat64(at + 16, true);
  const priceMax = page.getFloat64(at + 24, true);
  if (sentimentSamples === 0) return { ...counts, price, priceMin, priceMax };
  return { start, price, priceMin, priceMax, sentiment, priceSamples, sentimentSamples };
}

/** Reads the same slot of a page of hours, with the prices at the hour's ends, as one of the hours of columns. */
export function readHourSlot(page: DataView, at: number, columns: HourColumns, index: number): void {
  const [priceSamples, sentimentSamples] = countsOf(page, at);
  if (sentimentSamples > 0) columns.sentiment[index] = page.getFloat64(at + 32, true) + 0;
  if (priceSamples === 0) return;
  columns.price[index] = page.getFloat64(at, true);
  [columns.firstPrice[index], columns.lastPrice[index]] = endsOf(page, at);
}

export function viewOf(page: Buffer): DataView {
  return new DataView(page.buffer, page.byteOffset, page.byteLength);
}
