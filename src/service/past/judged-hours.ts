import { createJudge, type JudgedHour } from '../../domain/past/verdict.ts';
import type { Range } from '../../domain/time/range.ts';
import { BITCOIN_BEGAN, HOUR } from '../../domain/time/time.ts';
import type { SampleStore } from '../../stores/sample-store.ts';

/** The whole hours whose last millisecond is in a range and before `now`. */
export function endedHours({ from, to }: Range, now: number): Range {
  const hourOf = (time: number) => Math.floor(time / HOUR) * HOUR;
  const end = Math.max(hourOf(Math.min(to, now)), 0);
  return { from: Math.min(hourOf(Math.max(from, BITCOIN_BEGAN)), end), to: end };
}

/** The judged hours of a range of whole hours, in slices. Each is judged with the hours before it, also before the range. */
export async function* judgedHours(
  store: Pick<SampleStore, 'hours'>,
  { from, to }: Range,
): AsyncGenerator<readonly JudgedHour[]> {
  if (from >= to) return;
  const judge = createJudge();
  for await (const hours of store.hours({ from: from - 2 * HOUR, to })) {
    yield hours.map(judge).filter(({ hour }) => hour.start >= from);
  }
}
