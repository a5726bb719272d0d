import { setImmediate } from 'node:timers/promises';
import type { Figures } from '../domain/sources-report.ts';
import type { Headline } from './headlines.ts';
import { countedAt, sentimentAt } from './sentiment.ts';

/** How long times are judged between two turns of the event loop: with many feeds one takes milliseconds. Milliseconds. */
const SLICE = 5;

/** How far back headlines count, in seconds: see `sentimentAt`. */
const SPAN = 48 * 3600;

/** The sentiments of times (epoch milliseconds), where there are any. */
export async function sentimentsAt(
  headlines: readonly Headline[],
  times: readonly number[],
  halfLife: number,
): Promise<Map<number, number>> {
  const values = new Map<number, number>();
  let began = performance.now();
  for (const time of times) {
    const sentiment = sentimentAt(headlines, time, halfLife);
    if (sentiment) values.set(time, sentiment.value);
    if (performance.now() - began < SLICE) continue;
    await setImmediate();
    began = performance.now();
  }
  return values;
}

/** What is kept at a time may be the mean of headlines that are not known any more, or were not known then. */
export function figuresAt(
  headlines: readonly Headline[],
  time: number,
  { halfLife, sentiment }: { halfLife: number; sentiment: number },
): Figures | undefined {
  const value = sentimentAt(headlines, time, halfLife)?.value;
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
    rate: scores.length / SPAN,
  };
}
