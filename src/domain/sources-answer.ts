import Type, { type Static } from 'typebox';
import { TimeSchema } from './answer.ts';
import { nullable } from './nullable.ts';
import type { PlaceReport, SourcesReport } from './sources-report.ts';
import { formatTime, timeOrNull } from './time/time.ts';

const PLACE = {
  name: Type.String(),
  state: Type.Enum(['ok', 'resting', 'failing'], { description: 'Resting: it is left alone for a while' }),
  since: nullable(TimeSchema, 'Since when it is in that state'),
  reason: nullable(Type.String(), 'Why it is in that state or is not used, or what it warns of'),
  last_success: nullable(TimeSchema, 'When it last gave what it was asked for'),
};

/** Where the numbers come from, as it leaves. */
export const SourcesSchema = Type.Object({
  price: Type.Array(
    Type.Object({
      ...PLACE,
      latency_ms: nullable(Type.Number({ minimum: 0 }), 'How long it took to answer, in milliseconds'),
      price: nullable(Type.Number({ exclusiveMinimum: 0 }), 'What it said last, in US dollars'),
      used: Type.Boolean({ description: 'The last price was made of it' }),
    }),
  ),
  sentiment: Type.Object({
    value: nullable(Type.Number({ minimum: -1, maximum: 1 }), 'The sentiment of now'),
    count: nullable(Type.Integer({ minimum: 0 }), 'How many headlines it is the mean of'),
    newest: nullable(TimeSchema, 'When the newest of what it is made of was published'),
    feeds: Type.Array(
      Type.Object({
        ...PLACE,
        headlines: nullable(Type.Integer({ minimum: 0 }), 'How many of its headlines are kept'),
      }),
    ),
    headlines: Type.Array(
      Type.Object({
        title: Type.String(),
        link: nullable(Type.String()),
        source: Type.String({ description: 'The feed that brought it' }),
        published: TimeSchema,
        score: nullable(Type.Number({ minimum: -1, maximum: 1 }), 'Null where it has no word to read'),
        label: Type.Enum(['positive', 'neutral', 'negative']),
        because: Type.Array(Type.Object({ what: Type.String(), points: Type.Number() }), {
          description: 'What gave which points of the score',
        }),
      }),
      { description: 'The newest 50 about the market, newest first' },
    ),
  }),
  fear_and_greed: nullable(
    Type.Object({
      ...PLACE,
      value: nullable(Type.Integer({ minimum: 0, maximum: 100 }), '0 (extreme fear) to 100 (extreme greed)'),
      label: nullable(Type.String(), "In its publisher's own words"),
      time: nullable(TimeSchema, 'The day that it is of'),
      attribution: Type.Object({ name: Type.String(), link: Type.String() }),
    }),
    'Shown beside, and never mixed in; null where the source has none',
  ),
});

const place = ({ name, state, since, reason, lastSuccess }: PlaceReport) => ({
  name,
  state,
  since: timeOrNull(since),
  reason: reason ?? null,
  last_success: timeOrNull(lastSuccess),
});

export type SourcesAnswer = Static<typeof SourcesSchema>;

export function sourcesAnswer({ price, sentiment, fearAndGreed }: SourcesReport): SourcesAnswer {
  return {
    price: price.map((one) => ({
      ...place(one),
      latency_ms: one.latency ?? null,
      price: one.price ?? null,
      used: one.used,
    })),
    sentiment: {
      value: sentiment.value ?? null,
      count: sentiment.count ?? null,
      newest: timeOrNull(sentiment.newest),
      feeds: sentiment.feeds.map((feed) => ({ ...place(feed), headlines: feed.headlines ?? null })),
      headlines: sentiment.headlines.map(({ title, link, source, published, score, label, because }) => ({
        title,
        link: link ?? null,
        source,
        published: formatTime(published),
        score: score ?? null,
        label,
        because: [...because],
      })),
    },
    fear_and_greed: fearAndGreed
      ? {
          ...place(fearAndGreed),
          value: fearAndGreed.value ?? null,
          label: fearAndGreed.label ?? null,
          time: timeOrNull(fearAndGreed.time),
          attribution: fearAndGreed.attribution,
        }
      : null,
  };
}
