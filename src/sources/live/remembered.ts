import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import type { FearAndGreedState } from './fear-and-greed.ts';
import type { Headline } from './feeds/headlines.ts';
import type { KeptPolls } from './kept-polls.ts';
import type { PriceState } from './price-state.ts';

const Time = Type.Number({ minimum: 0, maximum: 8.64e15 });
const Reason = Type.Optional(Type.String());
const State = Type.Enum(['ok', 'resting', 'failing']);
const byName = <S extends TSchema>(schema: S) => Type.Record(Type.String(), schema);

const PriceStateSchema = Type.Object({
  rests: byName(
    Type.Object({
      until: Time,
      length: Type.Number({ minimum: 0 }),
      asked: Type.Enum(['quote', 'candles']),
      reason: Type.String(),
    }),
  ),
  activities: byName(Type.Object({ seen: Type.String(), since: Time })),
  standings: byName(
    Type.Object({
      name: Type.String(),
      state: State,
      since: Time,
      reason: Reason,
      lastSuccess: Type.Optional(Time),
      latency: Type.Optional(Type.Number({ minimum: 0 })),
      price: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
      used: Type.Boolean(),
    }),
  ),
  told: byName(byName(Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]))),
});

const PollsSchema = byName(
  Type.Object({
    name: Type.Optional(Type.String()),
    state: State,
    since: Time,
    reason: Reason,
    lastSuccess: Type.Optional(Time),
    due: Time,
    polls: Type.Integer({ minimum: 0 }),
    failures: Type.Integer({ minimum: 0 }),
    validators: Type.Object({
      etag: Type.Optional(Type.String()),
      lastModified: Type.Optional(Type.String()),
    }),
    charset: Type.Optional(Type.Enum(['windows-1252'])),
  }),
);

const FearAndGreedSchema = Type.Object({
  index: Type.Optional(
    Type.Object({ value: Type.Integer({ minimum: 0, maximum: 100 }), label: Type.String(), time: Time }),
  ),
  state: Type.Enum(['ok', 'failing']),
  since: Time,
  reason: Reason,
  lastSuccess: Type.Optional(Time),
  due: Time,
  failures: Type.Integer({ minimum: 0 }),
});

const HeadlineSchema = Type.Object({
  id: Type.String(),
  story: Type.String({ minLength: 1 }),
  title: Type.String({ minLength: 1 }),
  link: Type.Optional(Type.String({ pattern: '^https?://' })),
  published: Time,
  source: Type.String(),
  aboutMarket: Type.Boolean(),
  score: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
  label: Type.Enum(['positive', 'neutral', 'negative']),
  because: Type.Array(Type.Object({ what: Type.String(), points: Type.Number() })),
});

/** Others may write there, and older or newer versions of this: what is not of its whole shape is as if it were not there. */
function parseAs<S extends TSchema>(schema: S, text: string | undefined): Static<S> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function parsePriceState(text: string | undefined): PriceState | undefined {
  return parseAs(PriceStateSchema, text) as PriceState | undefined;
}

export function parsePolls(text: string | undefined): KeptPolls | undefined {
  return parseAs(PollsSchema, text) as KeptPolls | undefined;
}

export function parseFearAndGreed(text: string | undefined): FearAndGreedState | undefined {
  return parseAs(FearAndGreedSchema, text) as FearAndGreedState | undefined;
}

export type KeptHeadline = Headline & Pick<Static<typeof HeadlineSchema>, 'because'>;

export function parseHeadline(text: string): KeptHeadline | undefined {
  return parseAs(HeadlineSchema, text) as KeptHeadline | undefined;
}

/** The names of the documents. */
export const DOCUMENTS = {
  installation: 'installation',
  price: 'price',
  feeds: 'feeds',
  fearAndGreed: 'fear-and-greed',
} as const;
