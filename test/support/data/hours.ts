import assert from 'node:assert/strict';
import { isAboutMarket } from '../../../src/sentiment/about-market.ts';
import { score } from '../../../src/sentiment/score.ts';
import { calmMarket } from '../upstreams/exchanges.ts';
import { headlinesBefore } from '../upstreams/live-sources.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FEEDS = [0, 1, 2, 3];

export interface Hour {
  readonly time: string;
  readonly price: number;
  readonly sentiment: number;
  readonly price_samples: number;
  readonly sentiment_samples: number;
}

/** Whether every past hour has a sample for each minute, and the current hour for each minute that is over. */
export function areComplete(hours: readonly Hour[], now: number): boolean {
  const minutes = new Date(now).getUTCMinutes();
  return hours.every(({ price_samples: prices, sentiment_samples: sentiments }, index) => {
    const minimum = index < 2 ? 60 : minutes - 1;
    return prices >= minimum && sentiments >= minimum;
  });
}

/** A simple model of the sentiment: the mean of scores weighted by age; `undefined` with too few. */
function sentimentOf(time: number): number | undefined {
  const news = FEEDS.flatMap((feed) => headlinesBefore(time, feed));
  const counted = news.flatMap(({ title, date }) => {
    const age = time - Number(date);
    const { score: points } = score(String(title));
    if (points === undefined || !isAboutMarket(String(title)) || age < 10 * MINUTE || age >= 48 * HOUR)
      return [];
    return [{ points, weight: 0.5 ** (age / (6 * HOUR)) }];
  });
  const weights = counted.reduce((sum, { weight }) => sum + weight, 0);
  const sum = counted.reduce((total, { points, weight }) => total + points * weight, 0);
  return counted.length < 5 ? undefined : sum / weights;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Asserts that the averages are those of the calm market and its headlines at the stored times. */
export function assertHours(hours: readonly Hour[], times: readonly number[]): void {
  for (const { time, price, sentiment, price_samples: prices, sentiment_samples: sentiments } of hours) {
    const start = Date.parse(time);
    const storedTimes = times.filter((one) => one >= start && one < start + HOUR);
    assert.deepEqual([prices, sentiments], [storedTimes.length, storedTimes.length], time);
    // A tick has the price of the moment of its request, some tenths of a second later; a filled minute has its close.
    const closes = storedTimes.map((one) => Number(calmMarket(one).toFixed(2)));
    const isFilled = storedTimes.every((one) => one % MINUTE === MINUTE - 1);
    assert.ok(
      Math.abs(price - mean(closes)) < (isFilled ? 1e-6 : 1),
      `${time}: ${price} is not ${mean(closes)}`,
    );
    const expected = mean(storedTimes.map((one) => sentimentOf(one) ?? Number.NaN));
    assert.ok(Math.abs(sentiment - expected) < 1e-9, `${time}: ${sentiment} is not ${expected}`);
  }
}
