import Type, { type Static } from 'typebox';
import { SOURCE_NAMES, TimeSchema } from '../answer.ts';
import { nullable } from '../nullable.ts';

const Share = Type.Number({ minimum: 0, maximum: 1 });
const Count = Type.Integer({ minimum: 0 });

const GroupSchema = Type.Object(
  {
    hours: Type.Integer({ minimum: 0, description: 'Hours of this kind' }),
    known: Type.Integer({
      minimum: 0,
      description:
        'Hours with a known price at their end and at the horizon. The other fields cover only these',
    }),
    higher: nullable(Share, 'The share of hours after which the price was higher; null if `known` is 0'),
    median_change: nullable(Type.Number(), 'Relative change of the price: 0.01 is 1 %; null if `known` is 0'),
    mean_change: nullable(Type.Number(), 'Relative change of the price; null if `known` is 0'),
  },
  { additionalProperties: false },
);

const IntervalSchema = Type.Object(
  {
    low: Type.Number({ minimum: -1, maximum: 1 }),
    high: Type.Number({ minimum: -1, maximum: 1 }),
  },
  { additionalProperties: false },
);

/** How long after an hour's end, in hours and in words. */
export const HORIZONS = {
  '1h': { hours: 1, length: '1 hour' },
  '4h': { hours: 4, length: '4 hours' },
  '24h': { hours: 24, length: '24 hours' },
  '7d': { hours: 168, length: '7 days' },
} as const;
export type HorizonName = keyof typeof HORIZONS;

export const HORIZON_NAMES = Object.keys(HORIZONS) as HorizonName[];

const HorizonSchema = Type.Object(
  {
    horizon: Type.Enum(HORIZON_NAMES, { description: "How long after the hour's end" }),
    lit: GroupSchema,
    not_lit: GroupSchema,
    all: { ...GroupSchema, description: 'All hours with samples, also those with an unknown verdict' },
    independent_hours: Type.Object(
      { lit: Count, not_lit: Count },
      {
        additionalProperties: false,
        description: 'How many hours of each kind can be chosen without two of them sharing a sample',
      },
    ),
    difference: nullable(
      Type.Object(
        {
          higher: Type.Number({
            minimum: -1,
            maximum: 1,
            description:
              'The share of lit hours after which the price was higher, minus that of hours not lit',
          }),
          interval: { ...IntervalSchema, description: 'With a confidence of 95 %' },
          joint_interval: {
            ...IntervalSchema,
            description:
              'Wider: with a confidence of 95 %, the intervals of all four horizons contain their true differences',
          },
        },
        { additionalProperties: false },
      ),
      'Null if there are too few independent hours, or no interval can be computed',
    ),
    finding: Type.Enum(['more_often', 'less_often', 'no_different', 'too_few', 'no_variation'], {
      description:
        'Whether the joint interval is above 0, below 0, or contains 0. `too_few`: too few independent hours, or a joint ' +
        'interval that contains 0 and is wider than 20 points. `no_variation`: no interval can be ' +
        'computed, because the difference does not vary from block to block, such as when the price always rises',
    }),
    sentence: Type.String({ description: 'The finding in plain words' }),
  },
  { additionalProperties: false },
);

export type HorizonAnswer = Static<typeof HorizonSchema>;

/** The track record in a response. */
export const TrackRecordSchema = Type.Object(
  {
    from: Type.String({ ...TimeSchema, description: 'The start of the first hour' }),
    to: Type.String({ ...TimeSchema, description: 'The end of the last hour. No later price is used' }),
    horizons: Type.Array(HorizonSchema, { minItems: 4, maxItems: 4 }),
    conclusion: Type.String({ description: 'All findings in plain words' }),
    source: Type.Enum([...SOURCE_NAMES], { description: 'Where the samples come from' }),
  },
  { additionalProperties: false },
);

export type TrackRecordAnswer = Static<typeof TrackRecordSchema>;
