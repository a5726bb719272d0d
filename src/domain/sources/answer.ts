import Type, { type Static } from 'typebox';
import { TimeSchema } from '../answer.ts';
import { nullable } from '../nullable.ts';
import { formatTime, timeOrNull } from '../time/time.ts';
import type { SourcesReport, UpstreamReport } from './report.ts';

const PLACE = {
  name: Type.String(),
  state: Type.Enum(['ok', 'resting', 'failing'], {
    description: '`resting`: requests are paused',
  }),
  since: nullable(TimeSchema, 'When this state began'),
  reason: nullable(Type.String(), 'The reason for the state, why it is not used, or a warning'),
  last_success: nullable(TimeSchema, 'When a request last succeeded'),
};

/** The response of `GET /sources`. */
export const SourcesSchema = Type.Object({
  price: Type.Array(
    Type.Object({
      ...PLACE,
      latency_ms: nullable(Type.Number({ minimum: 0 }), 'Duration of the last request, in milliseconds'),
      price: nullable(Type.Number({ exclusiveMinimum: 0 }), 'Its last price, in US dollars'),
      used: Type.Boolean({ description: "Whether the service's last price is based on this one" }),
    }),
  ),
  sentiment: Type.Object({
    value: nullable(Type.Number({ minimum: -1, maximum: 1 }), 'The current sentiment'),
    count: nullable(Type.Integer({ minimum: 0 }), 'The number of headlines that `value` is the mean of'),
    newest: nullable(TimeSchema, 'When the newest of these headlines was published'),
    feeds: Type.Array(
      Type.Object({
        ...PLACE,
        headlines: nullable(Type.Integer({ minimum: 0 }), 'The number of its headlines that are stored'),
      }),
    ),
    headlines: Type.Array(
      Type.Object({
        title: Type.String(),
        link: nullable(Type.String()),
        source: Type.String({ description: 'The name of its feed' }),
        published: TimeSchema,
        score: nullable(Type.Number({ minimum: -1, maximum: 1 }), 'Null if nothing in it can be scored'),
        label: Type.Enum(['positive', 'neutral', 'negative']),
        because: Type.Array(Type.Object({ what: Type.String(), points: Type.Number() }), {
          description: 'The words and rules behind the score',
        }),
      }),
      { description: 'The newest 50 about the market, newest first' },
    ),
  }),
  fear_and_greed: nullable(
    Type.Object({
      ...PLACE,
      value: nullable(Type.Integer({ minimum: 0, maximum: 100 }), '0 (extreme fear) to 100 (extreme greed)'),
      label: nullable(Type.String(), "The publisher's label"),
      time: nullable(TimeSchema, 'The day that it describes'),
      attribution: Type.Object({ name: Type.String(), link: Type.String() }),
    }),
    'Not part of the sentiment; null if the source does not fetch it',
  ),
});

const place = ({ name, state, since, reason, lastSuccess }: UpstreamReport) => ({
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
        because: because.map(({ what, points }) => ({ what, points })),
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
