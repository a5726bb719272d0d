import Type from 'typebox';
import { Check } from 'typebox/schema';
import { AnswerSchema, answer, type SourceName, TimeSchema } from '../domain/answer.ts';
import type { Bucket } from '../domain/bucket.ts';
import { nullable } from '../domain/nullable.ts';
import { type Newest, newestTime } from '../domain/sample.ts';
import type { Summary, ThreeHours } from '../domain/summary.ts';
import { threeHourStarts } from '../domain/time/range.ts';
import { BITCOIN_BEGAN, timeOrNull } from '../domain/time/time.ts';

/** Needed to compute the age of the answer again later. */
const NewestSchema = Type.Object(
  { price: nullable(TimeSchema), sentiment: nullable(TimeSchema) },
  { additionalProperties: false },
);

/** The text under the cache key: the answer, and the times of the newest values. */
export function encodeAnswer(summary: Summary, state: { stale: boolean; source: SourceName }): string {
  const { price, sentiment } = summary.newest;
  return JSON.stringify({
    ...answer(summary, state),
    newest: { price: timeOrNull(price), sentiment: timeOrNull(sentiment) },
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/**
 * Reads a cached answer. Other programs may write the key, and clocks may be wrong: `undefined` unless the text is a
 * consistent answer of this source, between Bitcoin's start and `latest` (epoch milliseconds).
 */
export function decodeAnswer(text: string, source: SourceName, latest: number): ThreeHours | undefined {
  const { newest, ...cached } = parse(text);
  if (!Check(AnswerSchema, cached) || !Check(NewestSchema, newest)) return undefined;
  if (cached.source !== source) return undefined;
  const asOf = Date.parse(cached.as_of);
  const { price, sentiment } = newest;
  const hours = cached.hourly_average_of_averages.map(
    (hour): Bucket => ({
      start: Date.parse(hour.time),
      ...(hour.price !== null && { price: hour.price }),
      ...(hour.sentiment !== null && { sentiment: hour.sentiment }),
      priceSamples: hour.price_samples,
      sentimentSamples: hour.sentiment_samples,
    }),
  );
  const times: Newest = {
    ...(price !== null && { price: Date.parse(price) }),
    ...(sentiment !== null && { sentiment: Date.parse(sentiment) }),
  };
  const isConsistent =
    asOf >= BITCOIN_BEGAN &&
    asOf <= latest &&
    asOf === newestTime(times) &&
    threeHourStarts(asOf).every((start, index) => hours[index]?.start === start) &&
    // Without the time of the newest value, an answer would never become stale.
    (price !== null || hours.every((hour) => hour.price === undefined)) &&
    (sentiment !== null || hours.every((hour) => hour.sentiment === undefined)) &&
    hours.every((hour) => (hour.price === undefined) === (hour.priceSamples === 0)) &&
    hours.every((hour) => (hour.sentiment === undefined) === (hour.sentimentSamples === 0));
  return isConsistent ? { asOf, newest: times, hours: hours as unknown as ThreeHours['hours'] } : undefined;
}
