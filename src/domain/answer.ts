import Type, { type Static } from 'typebox';
import type { Summary } from './summary.ts';
import { formatTime, HOUR } from './time.ts';

export const SOURCE_NAMES = ['live', 'senticrypt', 'simulated'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

const nullable = <T extends Type.TSchema>(schema: T, options: Type.TSchemaOptions) =>
  Type.Union([schema, Type.Null()], options);

export const TimeSchema = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC; milliseconds only where they are not zero',
  examples: ['2021-07-07T17:00:00Z'],
});

const DirectionSchema = Type.Enum(['rising', 'falling', 'flat', 'unknown'], {
  description: 'The first hour that has a value against the last; unknown with fewer than two',
});

const HourSchema = Type.Object(
  {
    time: TimeSchema,
    price: nullable(Type.Number({ exclusiveMinimum: 0 }), {
      description: 'Mean of the price samples of the hour, in US dollars; null without any',
    }),
    sentiment: nullable(Type.Number({ minimum: -1, maximum: 1 }), {
      description: 'Mean of the sentiment samples of the hour, in [-1, 1]; null without any',
    }),
    price_samples: Type.Integer({ minimum: 0 }),
    sentiment_samples: Type.Integer({ minimum: 0 }),
    complete: Type.Boolean({ description: 'The hour ends no later than the newest sample' }),
  },
  { additionalProperties: false },
);

/** The answer as it leaves: the tutorial's three fields, and what makes them to be trusted or not. */
export const AnswerSchema = Type.Object(
  {
    hourly_average_of_averages: Type.Array(HourSchema, {
      minItems: 3,
      maxItems: 3,
      description: 'The three hours that end with the hour of the newest sample, oldest first',
    }),
    sentiment_direction: DirectionSchema,
    price_direction: DirectionSchema,
    is_lit: nullable(Type.Boolean(), { description: 'Both rise; null when either direction is unknown' }),
    as_of: TimeSchema,
    stale: Type.Boolean({ description: 'The newest price or shown sentiment is older than STALE_AFTER' }),
    source: Type.Enum([...SOURCE_NAMES], { description: 'Where the samples come from' }),
  },
  { additionalProperties: false },
);

export type Answer = Static<typeof AnswerSchema>;

export function answer(summary: Summary, state: { stale: boolean; source: SourceName }): Answer {
  return {
    hourly_average_of_averages: summary.hours.map((hour) => ({
      time: formatTime(hour.start),
      price: hour.price ?? null,
      sentiment: hour.sentiment ?? null,
      price_samples: hour.priceSamples,
      sentiment_samples: hour.sentimentSamples,
      complete: hour.start + HOUR <= summary.asOf,
    })),
    sentiment_direction: summary.sentimentDirection,
    price_direction: summary.priceDirection,
    is_lit: summary.isLit ?? null,
    as_of: formatTime(summary.asOf),
    stale: state.stale,
    source: state.source,
  };
}
