import Type, { type Static } from 'typebox';
import { nullable } from './nullable.ts';
import type { Summary } from './summary.ts';
import { formatTime, HOUR } from './time/time.ts';

export const SOURCE_NAMES = ['live', 'senticrypt', 'simulated'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

export const TimeSchema = Type.String({
  format: 'date-time',
  description: 'RFC 3339 in UTC; milliseconds are omitted when zero',
  examples: ['2021-07-07T17:00:00Z'],
});

export const DirectionSchema = Type.Enum(['rising', 'falling', 'flat', 'unknown'], {
  description:
    'The change from the first hour with a value to the last; `unknown` if fewer than two hours have one',
});

const HourSchema = Type.Object(
  {
    time: TimeSchema,
    price: nullable(
      Type.Number({ exclusiveMinimum: 0 }),
      "Mean of the hour's price samples, in US dollars; null if there are none",
    ),
    sentiment: nullable(
      Type.Number({ minimum: -1, maximum: 1 }),
      "Mean of the hour's sentiment samples, from -1 to 1; null if there are none",
    ),
    price_samples: Type.Integer({ minimum: 0 }),
    sentiment_samples: Type.Integer({ minimum: 0 }),
    complete: Type.Boolean({ description: 'Whether the hour had ended by the time of the newest sample' }),
  },
  { additionalProperties: false },
);

/** The answer in API responses: the tutorial's three fields, with their age and source. */
export const AnswerSchema = Type.Object(
  {
    hourly_average_of_averages: Type.Array(HourSchema, {
      minItems: 3,
      maxItems: 3,
      description: 'Three hours, oldest first; the last one contains the newest sample',
    }),
    sentiment_direction: DirectionSchema,
    price_direction: DirectionSchema,
    is_lit: nullable(
      Type.Boolean(),
      'Whether both price and sentiment were rising at `as_of`; null if either direction is unknown. ' +
        'Read it together with `stale`: a stale answer is about the past, and must not be shown as the present',
    ),
    as_of: Type.String({ ...TimeSchema, description: 'The time of the newest sample, as RFC 3339 in UTC' }),
    stale: Type.Boolean({
      description:
        'Whether the newest price or the newest sentiment of the three hours is older than STALE_AFTER. ' +
        'If true, `is_lit` says whether Bitcoin was lit at `as_of`, not whether it is lit now',
    }),
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
