import type { HistoryBucket, Hour } from '../../../domain/bucket.ts';

/** The bytes of a slot: eight little-endian doubles, which rollups.lua describes. */
export const SLOT = 64;

/** The numbers of prices and sentiments in a slot. */
export function countsOf(page: DataView, at: number): readonly [prices: number, sentiments: number] {
  return [page.getFloat64(at + 8, true), page.getFloat64(at + 40, true)];
}

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

/** The same slot of a page of hours, with the prices at the hour's ends. */
export function readHourSlot(page: DataView, at: number, start: number): Hour | undefined {
  const [priceSamples, sentimentSamples] = countsOf(page, at);
  if (priceSamples === 0 && sentimentSamples === 0) return undefined;
  const sentiment = page.getFloat64(at + 32, true) + 0;
  if (priceSamples === 0) return { start, sentiment };
  const price = page.getFloat64(at, true);
  const firstPrice = page.getFloat64(at + 48, true);
  const lastPrice = page.getFloat64(at + 56, true);
  if (sentimentSamples === 0) return { start, price, firstPrice, lastPrice };
  return { start, price, sentiment, firstPrice, lastPrice };
}

export function viewOf(page: Buffer): DataView {
  return new DataView(page.buffer, page.byteOffset, page.byteLength);
}
