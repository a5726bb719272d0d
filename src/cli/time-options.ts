import type { Range } from '../domain/time/range.ts';
import { type Moment, MomentError, parseMoment } from '../domain/time/time-expression.ts';
import type { SampleStore } from '../stores/sample-store.ts';
import { UsageError } from './output.ts';

/** Parses the time in an option. */
export function readTime(name: string, text: string, now: number): Moment {
  try {
    return parseMoment(text, now);
  } catch (error) {
    if (!(error instanceof MomentError)) throw error;
    throw new UsageError(`--${name} ${error.message}`);
  }
}

/** Epoch milliseconds. */
export function readSince(text: string, now: number): number {
  const time = readTime('since', text, now);
  if (time === 'oldest') throw new UsageError('--since must be a date');
  return time;
}

/** The range between two moments, in whole milliseconds. In an empty store, `oldest` is 1970. */
export async function rangeBetween(
  from: Moment,
  to: Moment,
  store: Pick<SampleStore, 'oldest'>,
): Promise<Range> {
  const oldest = from === 'oldest' || to === 'oldest' ? ((await store.oldest()) ?? 0) : 0;
  const whole = (moment: Moment) => (moment === 'oldest' ? oldest : Math.ceil(moment));
  const range = { from: whole(from), to: whole(to) };
  if (range.from > range.to) throw new UsageError('--from is later than --to');
  return range;
}
