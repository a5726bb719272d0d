import { readDate } from './dates.ts';

export interface Refusal {
  /** What is wrong: goes on from "dates with". */
  readonly refused: string;
  readonly date: string;
}

/** What is shown of a date that cannot be read. Characters. */
const MOST_OF_DATE = 40;

const showDate = (date: string): string =>
  date
    .replace(/[^\w :.,+/()-]+/g, ' ')
    .trim()
    .slice(0, MOST_OF_DATE);

/** The time of an item in epoch milliseconds: of its first date that can be read. Else what is wrong with its first. */
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

/** The most frequent refusal, in words that go on from "sent" or "left out". */
export function describeRefusals(refusals: readonly Refusal[]): string | undefined {
  const counts = Map.groupBy(refusals, ({ refused }) => refused);
  const [most] = [...counts.values()].toSorted((one, other) => other.length - one.length);
  if (!most?.[0]) return undefined;
  const dates = most.length === 1 ? '1 date' : `${most.length} dates`;
  return `${dates} with ${most[0].refused}, such as "${showDate(most[0].date)}"`;
}
