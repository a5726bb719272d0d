import { MINUTE } from '../../domain/time/bucket-width.ts';
import { KINDS, uniform } from '../noise.ts';
import { STEP_MS, STEPS_PER_DAY } from './steps.ts';

/** In steps from the start of the day. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

interface GapKind {
  /** The share of days with such a gap. */
  readonly chance: number;
  readonly minutes: readonly [least: number, most: number];
  /** Where its random numbers begin. */
  readonly part: number;
}

const MINUTE_STEPS = MINUTE / STEP_MS;

/** Long gaps are rarer than short ones. */
function gapOn(day: number, { chance, minutes: [least, most], part }: GapKind): Gap[] {
  if (uniform(KINDS.gap, day, part) >= chance) return [];
  const minutes = least * (most / least) ** uniform(KINDS.gap, day, part + 1);
  const length = Math.round(minutes * MINUTE_STEPS);
  const from = Math.floor(uniform(KINDS.gap, day, part + 2) * (STEPS_PER_DAY - length));
  return [{ from, to: from + length }];
}

/** Bits for the values that a step has. */
export const PRESENT = { price: 1, sentiment: 2 } as const;

/**
 * For each step of a past day (counted from the epoch), the bits of its values. Minutes are missing now and then, hours
 * about every ten days, and the sentiment alone for an hour about every two weeks.
 */
export function presenceOn(day: number): Uint8Array {
  const presence = new Uint8Array(STEPS_PER_DAY).fill(PRESENT.price | PRESENT.sentiment);
  const leave = (values: number, gap: GapKind) => {
    for (const { from, to } of gapOn(day, gap)) presence.fill(values, from, to);
  };
  leave(PRESENT.price, { chance: 0.08, minutes: [45, 110], part: 6 });
  leave(0, { chance: 0.25, minutes: [2, 15], part: 0 });
  leave(0, { chance: 0.11, minutes: [20, 400], part: 3 });
  return presence;
}
