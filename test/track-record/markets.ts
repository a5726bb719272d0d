// Made-up markets, by the hour: for what the record says about markets whose effect is known.

import type { Hour } from '../../src/domain/bucket.ts';
import { directionsOf } from '../../src/domain/summary.ts';

const HOUR = 3_600_000;
export const START = Date.UTC(2016, 0, 1);

/** Uniform numbers in [0, 1) (SplitMix32). */
function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Normal numbers (Box and Muller). */
function normal(random: () => number): () => number {
  let kept: number | undefined;
  return () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** A market without any effect of the past on the future change of the price, and how the sentiment moves in it. */
export const KINDS = {
  /** Equal noise; the sentiment knows nothing of the price. */
  plain: { isVolatile: false, follows: 0, drift: 0, persistence: 0.9, unpriced: 0 },
  /** Calm and wild weeks, and far outliers; the sentiment follows what the price did. */
  wild: { isVolatile: true, follows: 0.5, drift: 0, persistence: 0.9, unpriced: 0 },
  /** The price rises over the years; the sentiment follows it, and turns slowly. */
  growing: { isVolatile: true, follows: 0.3, drift: 0.04, persistence: 0.99, unpriced: 0 },
  /** Runs of hours without a price, in which the sentiment follows what the price does unseen. */
  gappy: { isVolatile: true, follows: 0.8, drift: 0, persistence: 0.9, unpriced: 0.08 },
  /** A sentiment that jumps. */
  jumpy: { isVolatile: false, follows: 0.2, drift: 0, persistence: 0.3, unpriced: 0 },
} as const;

const SIGMA = 0.006;

export interface Effect {
  /** In hours. */
  readonly horizon: number;
  /** The drift of each of the next `horizon` hours for each lit hour, in standard deviations of an hour. */
  readonly perHour: number;
  /** How many lit hours there usually are in the last `horizon` hours, at which the drift is 0. */
  readonly usual: number;
}

export interface Market {
  readonly hours: readonly Hour[];
  readonly lit: readonly boolean[];
}

/** The hours of a market. Within an hour, the price is a Brownian bridge: its mean is drawn, not its samples. */
export function makeMarket(
  count: number,
  seed: number,
  kind: keyof typeof KINDS,
  effect: Effect = { horizon: 0, perHour: 0, usual: 0 },
): Market {
  const { isVolatile, follows, drift, persistence, unpriced } = KINDS[kind];
  const random = uniform(seed);
  const noise = normal(random);
  const hours: Hour[] = [];
  const lit: boolean[] = [];
  let isUnpriced = false;
  let [log, sentiment, volatility, recentlyLit] = [Math.log(30_000), 0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    volatility = isVolatile ? 0.995 * volatility + 0.05 * noise() : 0;
    const outlier = isVolatile && random() < 0.01 ? 4 : 1;
    const sigma = SIGMA * Math.exp(volatility) * outlier;
    const step = sigma * noise() + SIGMA * (drift + effect.perHour * (recentlyLit - effect.usual));
    const mean = Math.exp(log + step / 2 + (sigma / Math.sqrt(12)) * noise());
    sentiment = persistence * sentiment + 0.1 * noise() + 0.1 * follows * (step / SIGMA);
    // In two hours at a time.
    if (index % 2 === 0) isUnpriced = unpriced > 0 && random() < unpriced;
    const prices = { price: mean, firstPrice: Math.exp(log), lastPrice: Math.exp(log + step) };
    hours.push({
      start: START + index * HOUR,
      sentiment: Math.tanh(sentiment),
      ...(!isUnpriced && prices),
    });
    log += step;
    const three = hours.slice(-3);
    const directions = directionsOf(
      three.map(({ price }) => price),
      three.map((hour) => hour.sentiment),
    );
    lit.push(directions.isLit === true);
    recentlyLit += Number(lit[index]) - Number(lit[index - effect.horizon] ?? false);
  }
  return { hours, lit };
}

/** How many hours a market has that shows what a drift does. */
const PILOT = 200_000;

/** By how many standard deviations the mean change over a horizon after lit hours differs from that after others. */
function differenceOf({ hours, lit }: Market, horizon: number): number {
  const [notLit, ofLit] = [
    { sum: 0, count: 0 },
    { sum: 0, count: 0 },
  ];
  for (let index = 2; index + horizon < hours.length; index += 1) {
    const group = lit[index] ? ofLit : notLit;
    group.sum += Math.log((hours[index + horizon]?.lastPrice ?? 0) / (hours[index]?.lastPrice ?? 0));
    group.count += 1;
  }
  return (ofLit.sum / ofLit.count - notLit.sum / notLit.count) / (SIGMA * Math.sqrt(horizon));
}

/**
 * The drift per hour that makes the mean change over a horizon after lit hours differ from that after others by a number of
 * standard deviations of the change. Lit hours come together, so their drifts add up: markets with drifts show by how much.
 */
export function effectOf(horizon: number, deviations: number, kind: keyof typeof KINDS): Effect {
  let perHour = deviations / (3 * Math.sqrt(horizon));
  const usual = (makeMarket(PILOT, 1, kind).lit.filter(Boolean).length / PILOT) * horizon;
  for (let seed = 1; seed <= 3; seed += 1) {
    perHour *= deviations / differenceOf(makeMarket(PILOT, seed, kind, { horizon, perHour, usual }), horizon);
  }
  return { horizon, perHour, usual };
}
