import { MINUTE } from '../../domain/time/bucket-width.ts';
import { KINDS, uniform } from '../noise.ts';
import { STEP_MS, STEPS_PER_DAY } from './steps.ts';

/** In steps from the start of the day. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

const MINUTE_STEPS = MINUTE / STEP_MS;

/** A gap of so many minutes somewhere in a day, on a share of all days. Longer ones are rarer than shorter ones. */
function gapOn(
  day: number,
  { chance, minutes: [least, most], part }: { chance: number; minutes: [number, number]; part: number },
): Gap[] {
  if (uniform(KINDS.gap, day, part) >= chance) return [];
  const minutes = least * (most / least) ** uniform(KINDS.gap, day, part + 1);
  const length = Math.round(minutes * MINUTE_STEPS);
  const from = Math.floor(uniform(KINDS.gap, day, part + 2) * (STEPS_PER_DAY - length));
  return [{ from, to: from + length }];
}

/** Which values a past day has at a step. */
export const PRESENT = { price: 1, sentiment: 2 } as const;

/**
 * The values of a past day (counted from the epoch), of each of its steps: the sum of those `PRESENT`. Nothing was
 * recorded for minutes now and then, and for hours every ten days or so. Once in two weeks no feed was reached for an hour.
 */
export function presenceOn(day: number): Uint8Array {
  const presence = new Uint8Array(STEPS_PER_DAY).fill(PRESENT.price | PRESENT.sentiment);
  const leave = (values: number, gap: { chance: number; minutes: [number, number]; part: number }) => {
    for (const { from, to } of gapOn(day, gap)) presence.fill(values, from, to);
  };
  leave(PRESENT.price, { chance: 0.08, minutes: [45, 110], part: 6 });
  leave(0, { chance: 0.25, minutes: [2, 15], part: 0 });
  leave(0, { chance: 0.11, minutes: [20, 400], part: 3 });
  return presence;
}
