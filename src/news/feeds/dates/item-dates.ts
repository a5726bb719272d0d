import { printable } from '../../../domain/untrusted-text.ts';
import { readDate } from './dates.ts';

export interface Refusal {
  /** What is wrong, as a continuation of "dates with". */
  readonly refused: string;
  readonly date: string;
}

const MAX_SHOWN_CHARACTERS = 40;

/** Returns the first readable date in epoch milliseconds, or else why the first date is not readable. */
export function readTime(dates: readonly (string | undefined)[]): number | Refusal | undefined {
  let refusal: Refusal | undefined;
  for (const date of dates) {
    if (date === undefined) continue;
    const reading = readDate(date);
    if ('time' in reading) return reading.time;
    refusal ??= { refused: reading.refused, date };
  }
  return refusal;
}

/** Describes the most frequent refusal, as a continuation of "sent" or "left out". */
export function describeRefusals(refusals: readonly Refusal[]): string | undefined {
  const counts = Map.groupBy(refusals, ({ refused }) => refused);
  const [most] = [...counts.values()].toSorted((one, other) => other.length - one.length);
  if (!most?.[0]) return undefined;
  const dates = most.length === 1 ? '1 date' : `${most.length} dates`;
  return `${dates} with ${most[0].refused}, such as "${printable(most[0].date.trim(), MAX_SHOWN_CHARACTERS)}"`;
}
