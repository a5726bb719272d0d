import { setImmediate } from 'node:timers/promises';
import type { Headline } from '../../news/headlines.ts';
import { MIN_AGE_MS, SPAN_MS } from '../../news/sentiment.ts';
import { sentimentsAt } from '../../news/sentiment-series.ts';
import { STEP_MS, stepFrom } from '../market/steps.ts';
import { headlinesInPeriod, PERIOD_MS } from './headlines.ts';

/**
 * All headlines published in `[from, to)` (epoch milliseconds) and some more around them, oldest first, as `mergeHeadlines`
 * orders them. The event loop has turns in between.
 */
export async function headlinesBetween(from: number, to: number): Promise<readonly Headline[]> {
  const headlines: Headline[] = [];
  // Copies of the period before may be published in this one.
  for (let period = Math.floor(from / PERIOD_MS) - 1; period * PERIOD_MS < to; period += 1) {
    headlines.push(...headlinesInPeriod(period));
    await setImmediate();
  }
  return headlines.sort((one, other) => one.published - other.published);
}

/** The steps of `[first, end)` at which a headline begins or ceases to count; `first` is one of them. */
function changesIn(headlines: readonly Headline[], first: number, end: number): number[] {
  const steps = headlines.flatMap(({ published }) => [
    stepFrom(published + MIN_AGE_MS),
    stepFrom(published + SPAN_MS),
  ]);
  return [...new Set([first, ...steps.filter((step) => step > first && step < end)])].sort((a, b) => a - b);
}

/**
 * The sentiments of the steps of `[first, end)`, by the rule of the live source. All weights of the mean shrink alike as
 * time goes by, so it only changes when a headline begins or ceases to count: the rule is applied there alone.
 *
 * @param halfLife milliseconds.
 */
export async function sentimentsOf(
  first: number,
  end: number,
  halfLife: number,
): Promise<(number | undefined)[]> {
  const headlines = await headlinesBetween(first * STEP_MS - SPAN_MS, end * STEP_MS);
  const changes = changesIn(headlines, first, end);
  const values = await sentimentsAt(
    headlines,
    changes.map((step) => step * STEP_MS),
    halfLife,
  );
  return changes.flatMap((step, index) => {
    const length = (changes[index + 1] ?? end) - step;
    return Array<number | undefined>(length).fill(values.get(step * STEP_MS));
  });
}
