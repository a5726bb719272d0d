import Type from 'typebox';
import Value from 'typebox/value';
import { AnswerSchema, answer, type SourceName, TimeSchema } from '../domain/answer.ts';
import type { Bucket } from '../domain/bucket.ts';
import { threeHourStarts } from '../domain/range.ts';
import type { Summary, ThreeHours } from '../domain/summary.ts';
import { formatTime } from '../domain/time.ts';

const NullableTime = Type.Union([TimeSchema, Type.Null()]);

/** What is needed to judge the answer's age again later. */
const NewestSchema = Type.Object(
  { price: NullableTime, sentiment: NullableTime },
  { additionalProperties: false },
);

const optionalTime = (time: number | undefined): string | null =>
  time === undefined ? null : formatTime(time);

/** The summary as it is kept outside of the process: what the tutorial keeps, and more. */
export function encodeKept(summary: Summary, state: { stale: boolean; source: SourceName }): string {
  const { price, sentiment } = summary.newest;
  return JSON.stringify({
    ...answer(summary, state),
    newest: { price: optionalTime(price), sentiment: optionalTime(sentiment) },
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Anything but our own whole shape, of this source, is `undefined`: others may write the key. */
export function decodeKept(text: string, source: SourceName): ThreeHours | undefined {
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
  if (threeHourStarts(asOf).some((start, index) => hours[index]?.start !== start)) return undefined;
  return {
    asOf,
    newest: {
      ...(price !== null && { price: Date.parse(price) }),
      ...(sentiment !== null && { sentiment: Date.parse(sentiment) }),
    },
    hours: hours as unknown as ThreeHours['hours'],
  };
}
