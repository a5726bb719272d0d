import { KINDS, uniform } from '../noise.ts';
import { FIRST_STEP, STEPS_PER_DAY } from './steps.ts';

/** A stretch of the market with one character. Prices are natural logarithms of US dollars. */
export interface Regime {
  readonly fromStep: number;
  readonly toStep: number;
  readonly fromLogPrice: number;
  readonly toLogPrice: number;
  /** The deviation of a day's logarithmic return. */
  readonly dailyVolatility: number;
}

type Range = readonly [low: number, high: number];

interface Character {
  readonly days: Range;
  /** The change of the logarithmic price from end to end. */
  readonly change: Range;
  readonly dailyVolatility: Range;
  /** How often it occurs, beside the others. */
  readonly weight: number;
}

/** Quiet and wild ones, rises and drawdowns. */
const CHARACTERS: readonly [Character, ...Character[]] = [
  { days: [10, 28], change: [-0.04, 0.05], dailyVolatility: [0.009, 0.015], weight: 3 },
  { days: [14, 40], change: [0.14, 0.34], dailyVolatility: [0.021, 0.029], weight: 3 },
  { days: [8, 22], change: [0.08, 0.2], dailyVolatility: [0.026, 0.036], weight: 2 },
  { days: [8, 20], change: [-0.07, 0.07], dailyVolatility: [0.029, 0.04], weight: 2 },
  { days: [10, 26], change: [-0.3, -0.12], dailyVolatility: [0.026, 0.038], weight: 2.4 },
  { days: [3, 6], change: [-0.26, -0.14], dailyVolatility: [0.045, 0.065], weight: 0.7 },
];

const CENTRE = Math.log(62_000);
/** How strongly prices far from the centre make a regime more likely that leads back. */
const PULL = 9;

const between = ([low, high]: Range, share: number): number => low + (high - low) * share;

/** The weight of a character at a price. It pulls the price toward the centre. */
function weightAt({ change: [low, high], weight }: Character, logPrice: number): number {
  return weight * Math.exp((-PULL * (logPrice - CENTRE) * (low + high)) / 2);
}

function characterOf(index: number, logPrice: number): Character {
  const weights = CHARACTERS.map((character) => weightAt(character, logPrice));
  let rest = uniform(KINDS.regime, index, 0) * weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  return CHARACTERS[chosen] ?? CHARACTERS[0];
}

function nextRegime(index: number, fromStep: number, fromLogPrice: number): Regime {
  const character = characterOf(index, fromLogPrice);
  const share = (part: number) => uniform(KINDS.regime, index, part);
  const days = Math.round(between(character.days, share(1)));
  return {
    fromStep,
    toStep: fromStep + days * STEPS_PER_DAY,
    fromLogPrice,
    toLogPrice: fromLogPrice + between(character.change, share(2)),
    dailyVolatility: between(character.dailyVolatility, share(3)),
  };
}

/** All regimes generated so far, from the first step on: about twenty a year. */
const regimes: Regime[] = [];

/** The regime at a step, from `FIRST_STEP` on. */
export function regimeAt(step: number): Regime {
  let last = regimes.at(-1);
  while (!last || last.toStep <= step) {
    last = nextRegime(regimes.length, last?.toStep ?? FIRST_STEP, last?.toLogPrice ?? CENTRE);
    regimes.push(last);
  }
  // Most steps are near the end.
  return regimes.findLast(({ fromStep }) => fromStep <= step) ?? last;
}
