import { KINDS, normal } from '../noise.ts';
import { cacheRecent } from '../recent.ts';
import { type Regime, regimeAt } from './regimes.ts';
import { FIRST_STEP, STEPS_PER_DAY, stepAt } from './steps.ts';

/** How unevenly halves share their variance. */
const CLUSTERING = 0.42;

const WEEK = 7 * STEPS_PER_DAY;

/** How much more is traded in the afternoon (UTC) than at night. */
const DAILY = { swing: 0.4, period: STEPS_PER_DAY, peak: (16 / 24) * STEPS_PER_DAY };
/** How much more is traded on weekdays than at weekends. The epoch was a Thursday: its Wednesday noon is 6.5 days later. */
const WEEKLY = { swing: 0.3, period: WEEK, peak: 6.5 * STEPS_PER_DAY };

const wave = (step: number, { swing, period, peak }: typeof DAILY): number =>
  ((swing * period) / (2 * Math.PI)) * Math.sin((2 * Math.PI * (step - peak)) / period);

/** The integral of the activity, whose mean is 1, over time; in steps. */
const activityUntil = (step: number): number => step + wave(step, DAILY) + wave(step, WEEKLY);

/**
 * Draws the path of a regime between its two ends by halving: the middle of each interval is moved at random. The path is
 * a random walk, but not in clock time. Each interval has a share of the regime's variance, and its halves share that
 * unevenly, again at random, so that volatility comes in clusters of all lengths (Mandelbrot, Fisher and Calvet, "A
 * Multifractal Model of Asset Returns", 1997). Everything depends on the step alone.
 */
class Path {
  readonly #first: number;
  readonly #end: number;
  readonly #prices: number[];

  /** Adds the prices of the steps of `[first, end)` to a list. */
  constructor(first: number, end: number, prices: number[]) {
    this.#first = first;
    this.#end = end;
    this.#prices = prices;
  }

  addRegime({ fromStep, toStep, fromLogPrice, toLogPrice, dailyVolatility }: Regime): void {
    const variance = (dailyVolatility ** 2 * (toStep - fromStep)) / STEPS_PER_DAY;
    this.#halve(fromStep, toStep, fromLogPrice, toLogPrice, variance);
  }

  // Many parameters instead of an object, of which there would be thousands for each day.
  #halve(from: number, to: number, fromLogPrice: number, toLogPrice: number, variance: number): void {
    if (to <= this.#first || from >= this.#end) return;
    if (to - from === 1) {
      this.#prices.push(Math.round(Math.exp(fromLogPrice) * 100) / 100);
      return;
    }
    const middle = (from + to) >> 1;
    const start = activityUntil(from);
    const active = (activityUntil(middle) - start) / (activityUntil(to) - start);
    const odds = (active / (1 - active)) * Math.exp(CLUSTERING * normal(KINDS.volatility, middle));
    const share = odds / (1 + odds);
    const [left, right] = [variance * share, variance * (1 - share)];
    const drift = (toLogPrice - fromLogPrice) * share;
    const move = Math.sqrt((left * right) / variance) * normal(KINDS.path, middle);
    const logPrice = fromLogPrice + drift + move;
    this.#halve(from, middle, fromLogPrice, logPrice, left);
    this.#halve(middle, to, logPrice, toLogPrice, right);
  }
}

/**
 * The prices of the steps of `[first, end)`, in US dollars with two decimals. A day takes a millisecond. Before
 * `FIRST_STEP` there are none.
 */
export function pricesOf(first: number, end: number): number[] {
  const prices: number[] = [];
  const path = new Path(first, end, prices);
  for (let step = Math.max(first, FIRST_STEP); step < end; ) {
    const regime = regimeAt(step);
    path.addRegime(regime);
    step = regime.toStep;
  }
  return prices;
}

/** The prices of a day (counted from the epoch). */
export const pricesOn = cacheRecent(6, (day) => pricesOf(day * STEPS_PER_DAY, (day + 1) * STEPS_PER_DAY));

/** The price of a time (epoch milliseconds, 2009 or later), in US dollars with two decimals. */
export function priceAt(time: number): number {
  const step = Math.max(stepAt(time), FIRST_STEP);
  const [price] = pricesOf(step, step + 1);
  return price ?? Number.NaN;
}
