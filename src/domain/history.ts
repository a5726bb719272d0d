import Type, { type Static } from 'typebox';
import { TimeSchema } from './answer.ts';
import type { HistoryBucket } from './bucket.ts';
import { nullable } from './nullable.ts';
import { WIDTH_NAMES } from './time/bucket-span.ts';

export const FORMATS = ['json', 'csv', 'ndjson', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];
export type TextFormat = Exclude<Format, 'parquet'>;

/** Of tables whose rows are not only numbers. */
export const TABLE_FORMATS = ['json', 'csv'] as const;

const BucketSchema = Type.Object(
  {
    time: TimeSchema,
    price: nullable(Type.Number({ exclusiveMinimum: 0 }), 'Mean price in US dollars; null without prices'),
    price_min: nullable(Type.Number({ exclusiveMinimum: 0 }), 'Lowest price; null without prices'),
    price_max: nullable(Type.Number({ exclusiveMinimum: 0 }), 'Highest price; null without prices'),
    sentiment: nullable(Type.Number({ minimum: -1, maximum: 1 }), 'Mean sentiment; null without sentiments'),
    price_samples: Type.Integer({ minimum: 0 }),
    sentiment_samples: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);

/** A bucket in a response or an export, in the order of the columns. */
export type HistoryRow = Static<typeof BucketSchema>;

/** @param time the bucket's start, as text. */
export const historyRow = (bucket: HistoryBucket, time: string): HistoryRow => ({
  time,
  price: bucket.price ?? null,
  price_min: bucket.priceMin ?? null,
  price_max: bucket.priceMax ?? null,
  sentiment: bucket.sentiment ?? null,
  price_samples: bucket.priceSamples,
  sentiment_samples: bucket.sentimentSamples,
});

export const COLUMNS = Object.keys(
  BucketSchema.properties,
) as readonly (keyof typeof BucketSchema.properties)[];

/** A history in a response. */
export const HistorySchema = Type.Object(
  {
    from: TimeSchema,
    to: TimeSchema,
    bucket: Type.Enum([...WIDTH_NAMES], { description: 'The width of the buckets' }),
    buckets: Type.Array(BucketSchema, { description: 'The buckets with samples, oldest first' }),
  },
  {
    additionalProperties: false,
    examples: [
      {
        from: '2021-07-07T00:00:00Z',
        to: '2021-07-09T00:00:00Z',
        bucket: '1d',
        buckets: [
          {
            time: '2021-07-07T00:00:00Z',
            price: 34589.25,
            price_min: 34480.1,
            price_max: 34710.75,
            sentiment: 0.3125,
            price_samples: 2474,
            sentiment_samples: 2474,
          },
        ],
      },
    ],
  },
);
