import { setImmediate } from 'node:timers/promises';
import type { Figures } from '../domain/sources/report.ts';
import type { Headline } from './headlines.ts';
import { countedAt, SPAN_MS, sentimentAt } from './sentiment.ts';

/** Time for this work in one turn of the event loop. With many feeds one sentiment takes milliseconds. */
const SLICE_MS = 5;

/** Returns the sentiments at some times (epoch milliseconds), by time. Times without a sentiment are left out. */
export async function sentimentsAt(
  headlines: readonly Headline[],
  times: readonly number[],
  halfLifeMs: number,
): Promise<Map<number, number>> {
  const values = new Map<number, number>();
  let began = performance.now();
  for (const time of times) {
    const sentiment = sentimentAt(headlines, time, halfLifeMs);
    if (sentiment) values.set(time, sentiment.value);
    if (performance.now() - began < SLICE_MS) continue;
    await setImmediate();
    began = performance.now();
  }
  return values;
}

/** Returns `undefined` if the stored sentiment was the mean of other headlines than those known now. */
export function figuresAt(
  headlines: readonly Headline[],
  time: number,
  { halfLifeMs, sentiment }: { halfLifeMs: number; sentiment: number },
): Figures | undefined {
  const value = sentimentAt(headlines, time, halfLifeMs)?.value;
  if (value === undefined || Math.abs(value - sentiment) > 1e-9) return undefined;
  const scores = countedAt(headlines, time).map(({ score }) => score);
  const sorted = scores.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const [low = 0, high = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return {
    count: scores.length,
    sum: scores.reduce((sum, score) => sum + score, 0),
    median: (low + high) / 2,
    last: scores.at(-1) ?? 0,
    rate: scores.length / (SPAN_MS / 1000),
  };
}
