import type { HistoryBucket } from '../../../domain/bucket.ts';
import { isPrice } from '../../../domain/gate.ts';

/** Bytes: six doubles, little-endian; which ones is said in rollups.lua. */
export const SLOT = 48;

/** How many prices and sentiments a slot stands for. */
export function countsOf(page: DataView, at: number): readonly [prices: number, sentiments: number] {
  return [page.getFloat64(at + 8, true), page.getFloat64(at + 40, true)];
}

/** Whether a slot is free of prices that are ignored now, but were not by older versions. */
export function hasValidPrices(page: DataView, at: number): boolean {
  const [prices] = countsOf(page, at);
  return prices === 0 || (isPrice(page.getFloat64(at + 16, true)) && isPrice(page.getFloat64(at + 24, true)));
}

/** `undefined` where it is empty. */
export function readSlot(page: DataView, at: number, start: number): HistoryBucket | undefined {
  const [priceSamples, sentimentSamples] = countsOf(page, at);
  if (priceSamples === 0 && sentimentSamples === 0) return undefined;
  const counts = { start, priceSamples, sentimentSamples };
  // A zero has no sign here.
  const sentiment = page.getFloat64(at + 32, true) + 0;
  if (priceSamples === 0) return { ...counts, sentiment };
  const price = page.getFloat64(at, true);
  const priceMin = page.getFloat64(at + 16, true);
  const priceMax = page.getFloat64(at + 24, true);
  if (sentimentSamples === 0) return { ...counts, price, priceMin, priceMax };
  return { start, price, priceMin, priceMax, sentiment, priceSamples, sentimentSamples };
}

export function viewOf(page: Buffer): DataView {
  return new DataView(page.buffer, page.byteOffset, page.byteLength);
}
