import { DAY, MINUTE } from '../../domain/time/bucket-width.ts';
import { BITCOIN_BEGAN } from '../../domain/time/time.ts';

/** The time between two samples, in milliseconds. Steps are counted from the epoch. */
export const STEP_MS = MINUTE / 2;

export const STEPS_PER_DAY = DAY / STEP_MS;

/** The simulated market begins here; it has no samples before. */
export const FIRST_STEP = BITCOIN_BEGAN / STEP_MS;

/** The first step that is not before a time (epoch milliseconds). */
export const stepFrom = (time: number): number => Math.ceil(time / STEP_MS);

/** The last step that is not after a time (epoch milliseconds). */
export const stepAt = (time: number): number => Math.floor(time / STEP_MS);
