import Type, { type Static } from 'typebox';
import { DirectionSchema, TimeSchema } from '../answer.ts';
import { nullable } from '../nullable.ts';
import { type Directions, directionsOf } from '../summary.ts';
import { HOUR } from '../time/time.ts';
import { endOf, type HourColumns } from './hour-columns.ts';

const VERDICTS = ['lit', 'not_lit', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

export function verdictOf(isLit: boolean | undefined): Verdict {
  if (isLit === undefined) return 'unknown';
  return isLit ? 'lit' : 'not_lit';
}

/** An hour with samples, with its averages, and the answer at its last millisecond. */
export interface JudgedHour {
  /** Epoch milliseconds. */
  readonly start: number;
  /** Mean price in US dollars. */
  readonly price: number | undefined;
  /** Mean sentiment, in [-1, 1]. */
  readonly sentiment: number | undefined;
  readonly directions: Directions;
}

/** Hours in columns, and the answer at the last millisecond of each; `undefined` for an hour without samples. */
export interface JudgedHours {
  readonly hours: HourColumns;
  readonly directions: readonly (Directions | undefined)[];
}

/** Drops the oldest of three values, and adds one. */
function shift(three: Float64Array, value: number): void {
  three[0] = three[1] as number;
  three[1] = three[2] as number;
  three[2] = value;
}

/**
 * Judges hours that are passed in pieces, oldest first, as the answer at the last millisecond of each: from the hour and
 * the two before it. Nothing later is used. Between two pieces, hours without samples may be left out.
 */
export function createJudge(): (hours: HourColumns) => JudgedHours {
  const prices = new Float64Array(3).fill(Number.NaN);
  const sentiments = new Float64Array(3).fill(Number.NaN);
  let end = Number.POSITIVE_INFINITY;
  return (hours) => {
    const { start, price, sentiment } = hours;
    for (let skipped = end; skipped < Math.min(start, end + 2 * HOUR); skipped += HOUR) {
      shift(prices, Number.NaN);
      shift(sentiments, Number.NaN);
    }
    end = endOf(hours);
    const directions: (Directions | undefined)[] = [];
    for (let index = 0; index < price.length; index += 1) {
      shift(prices, price[index] as number);
      shift(sentiments, sentiment[index] as number);
      const isEmpty = Number.isNaN(prices[2]) && Number.isNaN(sentiments[2]);
      directions.push(isEmpty ? undefined : directionsOf(prices, sentiments));
    }
    return { hours, directions };
  };
}

const knownValue = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

/** Returns `undefined` for an hour without samples. */
export function judgedHourAt({ hours, directions: all }: JudgedHours, index: number): JudgedHour | undefined {
  const directions = all[index];
  if (!directions) return undefined;
  return {
    start: hours.start + index * HOUR,
    price: knownValue(hours.price[index] as number),
    sentiment: knownValue(hours.sentiment[index] as number),
    directions,
  };
}

const PRICE = Type.Number({ exclusiveMinimum: 0 });

const VerdictSchema = Type.Object(
  {
    time: Type.String({ ...TimeSchema, description: "The hour's start, as RFC 3339 in UTC" }),
    verdict: Type.Enum([...VERDICTS], { description: "The answer at the hour's last millisecond" }),
    price_direction: DirectionSchema,
    sentiment_direction: DirectionSchema,
    price: nullable(PRICE, "Mean of the hour's prices, in US dollars; null without prices"),
    sentiment: nullable(
      Type.Number({ minimum: -1, maximum: 1 }),
      "Mean of the hour's sentiments; null without sentiments",
    ),
  },
  { additionalProperties: false },
);

/** A verdict in a response or an export, in the order of the columns. */
export type VerdictRow = Static<typeof VerdictSchema>;

export const VERDICT_COLUMNS = Object.keys(VerdictSchema.properties) as readonly (keyof VerdictRow)[];

/** @param time the hour's start, as text. */
export const verdictRow = ({ price, sentiment, directions }: JudgedHour, time: string): VerdictRow => ({
  time,
  verdict: verdictOf(directions.isLit),
  price_direction: directions.priceDirection,
  sentiment_direction: directions.sentimentDirection,
  price: price ?? null,
  sentiment: sentiment ?? null,
});

const SpellSchema = Type.Object(
  {
    from: Type.String({ ...TimeSchema, description: 'The start of its first hour' }),
    to: Type.String({ ...TimeSchema, description: 'The end of its last hour' }),
    verdict: Type.Enum([...VERDICTS]),
    hours: Type.Integer({ minimum: 1 }),
    first_price: nullable(PRICE, 'Mean price of its first hour; null without prices'),
    last_price: nullable(PRICE, 'Mean price of its last hour; null without prices'),
  },
  { additionalProperties: false },
);

/** A spell in a response, in the order of the columns. */
export type SpellRow = Static<typeof SpellSchema>;

export const SPELL_COLUMNS = Object.keys(SpellSchema.properties) as readonly (keyof SpellRow)[];

/** Consecutive hours with the same verdict. An hour without samples ends it. Times in epoch milliseconds. */
export interface Spell {
  readonly from: number;
  readonly to: number;
  readonly verdict: Verdict;
  readonly firstPrice: number | undefined;
  readonly lastPrice: number | undefined;
}

export const spellRow = (spell: Spell, timeText: (time: number) => string): SpellRow => ({
  from: timeText(spell.from),
  to: timeText(spell.to),
  verdict: spell.verdict,
  hours: (spell.to - spell.from) / HOUR,
  first_price: spell.firstPrice ?? null,
  last_price: spell.lastPrice ?? null,
});

/** The spell that an hour continues or begins. It continues the one before if the result's `from` is the same. */
export function extend(spell: Spell | undefined, { start, price, directions }: JudgedHour): Spell {
  const verdict = verdictOf(directions.isLit);
  const to = start + HOUR;
  if (spell?.verdict === verdict && spell.to === start) return { ...spell, to, lastPrice: price };
  return { from: start, to, verdict, firstPrice: price, lastPrice: price };
}

const Count = Type.Integer({ minimum: 0 });

const CountsSchema = Type.Object(
  {
    time: Type.String({ ...TimeSchema, description: "The bucket's start, as RFC 3339 in UTC" }),
    lit: Count,
    not_lit: Count,
    unknown: Count,
  },
  { additionalProperties: false },
);

/** How many hours of a bucket have each verdict, in the order of the columns. */
export type CountsRow = Static<typeof CountsSchema>;

export const COUNT_COLUMNS = Object.keys(CountsSchema.properties) as readonly (keyof CountsRow)[];

const page = {
  from: Type.String({ ...TimeSchema, description: 'The start of the first hour that the response covers' }),
  to: Type.String({ ...TimeSchema, description: 'The end of the last hour that the response covers' }),
  next: nullable(
    TimeSchema,
    'If the range is longer than one response: the `from` of the next request; else null',
  ),
};

/** Verdicts in a response. */
export const VerdictsSchema = Type.Object(
  { ...page, verdicts: Type.Array(VerdictSchema, { description: 'The hours with samples, oldest first' }) },
  { additionalProperties: false },
);

/** Spells in a response. */
export const SpellsSchema = Type.Object(
  {
    ...page,
    spells: Type.Array(SpellSchema, {
      description: 'Oldest first; the first and the last may continue outside the range',
    }),
  },
  { additionalProperties: false },
);

/** Counts of verdicts in a response. */
export const VerdictCountsSchema = Type.Object(
  { ...page, counts: Type.Array(CountsSchema, { description: 'The buckets with samples, oldest first' }) },
  { additionalProperties: false },
);

/** The widths of the buckets in which verdicts are counted. Of an hour, the verdict itself is returned. */
export const COUNTED_WIDTHS = ['1h', '4h', '1d', '1w'] as const;
export type CountedWidth = (typeof COUNTED_WIDTHS)[number];

/** The maximum number of hours in one response, or of buckets: more than a year. */
export const MOST_HOURS = 10_000;
