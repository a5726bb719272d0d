import { within } from '../../domain/past/hour-columns.ts';
import { createJudge, type JudgedHour, type JudgedHours, judgedHourAt } from '../../domain/past/verdict.ts';
import type { Range } from '../../domain/time/range.ts';
import { BITCOIN_BEGAN, HOUR } from '../../domain/time/time.ts';
import type { SampleStore } from '../../stores/sample-store.ts';

/** The whole hours whose last millisecond is in a range and before `now`. */
export function endedHours({ from, to }: Range, now: number): Range {
  const hourOf = (time: number) => Math.floor(time / HOUR) * HOUR;
  const end = Math.max(hourOf(Math.min(to, now)), 0);
  return { from: Math.min(hourOf(Math.max(from, BITCOIN_BEGAN)), end), to: end };
}

/** The judged hours of a range of whole hours, in pieces. Each is judged with the hours before it, also before the range. */
export async function* judgedHours(
  store: Pick<SampleStore, 'hours'>,
  { from, to }: Range,
): AsyncGenerator<JudgedHours> {
  if (from >= to) return;
  const judge = createJudge();
  for await (const hours of store.hours({ from: from - 2 * HOUR, to })) {
    const { directions } = judge(hours);
    const asked = within(hours, { from, to });
    yield { hours: asked, directions: directions.slice(directions.length - asked.price.length) };
  }
}

/** The same hours as lists, without those that have no samples. */
export async function* judgedHourLists(
  ...args: Parameters<typeof judgedHours>
): AsyncGenerator<JudgedHour[]> {
  for await (const judged of judgedHours(...args)) {
    yield Array.from(judged.directions, (_, index) => judgedHourAt(judged, index)).filter(
      (hour) => hour !== undefined,
    );
  }
}
