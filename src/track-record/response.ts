import type { SourceName } from '../domain/answer.ts';
import type { HorizonAnswer, TrackRecordAnswer } from '../domain/past/track-record-answer.ts';
import type { Range } from '../domain/time/range.ts';
import { formatTime } from '../domain/time/time.ts';
import { conclusionOf, sentenceOf } from './sentences.ts';
import type { Group, HorizonRecord } from './track-record.ts';

const groupOf = ({ hours, known, higher, medianChange, meanChange }: Group): HorizonAnswer['all'] => ({
  hours,
  known,
  higher: higher ?? null,
  median_change: medianChange ?? null,
  mean_change: meanChange ?? null,
});

function horizonOf(record: HorizonRecord): HorizonAnswer {
  const { horizon, lit, notLit, all, independentHours, difference, finding } = record;
  return {
    horizon,
    lit: groupOf(lit),
    not_lit: groupOf(notLit),
    all: groupOf(all),
    independent_hours: { lit: independentHours.lit, not_lit: independentHours.notLit },
    difference: difference
      ? { higher: difference.value, interval: difference.interval, joint_interval: difference.joint }
      : null,
    finding,
    sentence: sentenceOf(record),
  };
}

export function trackRecordAnswer(
  { from, to }: Range,
  records: readonly HorizonRecord[],
  source: SourceName,
): TrackRecordAnswer {
  return {
    from: formatTime(from),
    to: formatTime(to),
    horizons: records.map(horizonOf),
    conclusion: conclusionOf(records, source === 'simulated'),
    source,
  };
}
