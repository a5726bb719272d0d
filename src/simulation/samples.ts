import type { Sample } from '../domain/sample.ts';
import { PRESENT, presenceOn } from './market/gaps.ts';
import { pricesOf, pricesOn } from './market/prices.ts';
import { FIRST_STEP, STEP_MS, STEPS_PER_DAY } from './market/steps.ts';

/** The sentiments of the steps of `[first, end)`. Loaded when they are needed, with the scorer's word lists. */
async function loadSentiments(first: number, end: number, halfLife: number) {
  const { sentimentsOf } = await import('./headlines/sentiment.ts');
  return sentimentsOf(first, end, halfLife);
}

/** The prices of the steps of `[first, end)`. */
export const priceSamples = (first: number, end: number): Sample[] =>
  pricesOf(first, end).map((price, index) => ({
    time: (Math.max(first, FIRST_STEP) + index) * STEP_MS,
    price,
  }));

/** The samples of the steps of `[first, end)`, without a gap. */
export async function samplesOf(first: number, end: number, halfLife: number): Promise<Sample[]> {
  if (first >= end) return [];
  const sentiments = await loadSentiments(first, end, halfLife);
  return priceSamples(first, end).map((sample) => {
    const sentiment = sentiments[sample.time / STEP_MS - first];
    return sentiment === undefined ? sample : { ...sample, sentiment };
  });
}

/** The samples of a past day (counted from the epoch), with its gaps. */
export async function samplesOfDay(day: number, halfLife: number): Promise<Sample[]> {
  const first = day * STEPS_PER_DAY;
  const sentiments = await loadSentiments(first, first + STEPS_PER_DAY, halfLife);
  const presence = presenceOn(day);
  const samples: Sample[] = [];
  pricesOn(day).forEach((price, index) => {
    const present = presence[index] ?? 0;
    if (present === 0) return;
    const time = (first + index) * STEP_MS;
    const sentiment = present & PRESENT.sentiment ? sentiments[index] : undefined;
    samples.push(sentiment === undefined ? { time, price } : { time, price, sentiment });
  });
  return samples;
}
