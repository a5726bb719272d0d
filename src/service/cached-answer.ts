import Type from 'typebox';
import Value from 'typebox/value';
import { AnswerSchema, answer, type SourceName, TimeSchema } from '../domain/answer.ts';
import type { Bucket } from '../domain/bucket.ts';
import { nullable } from '../domain/nullable.ts';
import { type Newest, newestTime } from '../domain/sample.ts';
import type { Summary, ThreeHours } from '../domain/summary.ts';
import { threeHourStarts } from '../domain/time/range.ts';
import { BITCOIN_BEGAN, timeOrNull } from '../domain/time/time.ts';

/** What is needed to judge the answer's age again later. */
const NewestSchema = Type.Object(
  { price: nullable(TimeSchema), sentiment: nullable(TimeSchema) },
  { additionalProperties: false },
);

/** The summary as it is kept outside of the process: what the tutorial keeps, and more. */
export function encodeKept(summary: Summary, state: { stale: boolean; source: SourceName }): string {
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
 * Anything but our own whole shape, of this source and with nothing before Bitcoin or after `latest` (epoch
 * milliseconds), is `undefined`: others may write the key, and clocks may be wrong.
 */
export function decodeKept(text: string, source: SourceName, latest: number): ThreeHours | undefined {
  const { newest, ...kept } = parse(text);
  if (!Value.Check(AnswerSchema, kept) || !Value.Check(NewestSchema, newest)) return undefined;
  if (kept.source !== source) return undefined;
  const asOf = Date.parse(kept.as_of);
  const { price, sentiment } = newest;
  const hours = kept.hourly_average_of_averages.map(
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
    // Without the newest one's time an answer would never go stale.
    (price !== null || hours.every((hour) => hour.price === undefined)) &&
    (sentiment !== null || hours.every((hour) => hour.sentiment === undefined)) &&
    hours.every((hour) => (hour.price === undefined) === (hour.priceSamples === 0)) &&
    hours.every((hour) => (hour.sentiment === undefined) === (hour.sentimentSamples === 0));
  return isConsistent ? { asOf, newest: times, hours: hours as unknown as ThreeHours['hours'] } : undefined;
}
