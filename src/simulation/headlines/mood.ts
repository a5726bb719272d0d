import { HOUR } from '../../domain/time/time.ts';
import { STEP_MS, STEPS_PER_DAY } from '../market/steps.ts';
import { KINDS, normal } from '../noise.ts';

export type Direction = 'surge' | 'rise' | 'flat' | 'fall' | 'plunge';

/** What a journalist knows of the market. */
export interface Mood {
  readonly direction: Direction;
  readonly price: number;
  /** The change in 24 hours, as a share of the price then. */
  readonly change: number;
}

/** Usual changes of the price, as shares of it. */
const USUAL = { sixHours: 0.011, day: 0.022 };
/** How much outlets differ in what they make of the same market. */
const OPINION = 0.7;

const SIX_HOURS = (6 * HOUR) / STEP_MS;

function directionOf(strength: number): Direction {
  if (strength > 1.5) return 'surge';
  if (strength > 0.4) return 'rise';
  if (strength > -0.4) return 'flat';
  return strength > -1.5 ? 'fall' : 'plunge';
}

/** @param priceAt the price of a step. @param id identifies the headline. */
export function moodAt(priceAt: (step: number) => number, step: number, id: number): Mood {
  const price = priceAt(step);
  const change = price / priceAt(step - STEPS_PER_DAY) - 1;
  const recent = price / priceAt(step - SIX_HOURS) - 1;
  const market = (0.5 * recent) / USUAL.sixHours + (0.6 * change) / USUAL.day;
  return { direction: directionOf(market + OPINION * normal(KINDS.headline, id, 8)), price, change };
}
