import type { SourceName } from '../domain/answer.ts';
import {
  HORIZON_NAMES,
  type HorizonAnswer,
  type TrackRecordAnswer,
} from '../domain/past/track-record-answer.ts';
import type { Range } from '../domain/time/range.ts';
import { formatTime } from '../domain/time/time.ts';
import { conclusionOf, type NamedRecord, sentenceOf } from './sentences.ts';
import type { Group, HorizonRecord } from './track-record.ts';

const groupOf = ({ hours, known, higher, medianChange, meanChange }: Group): HorizonAnswer['all'] => ({
  hours,
  known,
  higher: higher ?? null,
  median_change: medianChange ?? null,
  mean_change: meanChange ?? null,
});

function horizonOf(named: NamedRecord): HorizonAnswer {
  const { name, record } = named;
  const { lit, notLit, all, independentSpells, difference, finding } = record;
  return {
    horizon: name,
    lit: groupOf(lit),
    not_lit: groupOf(notLit),
    all: groupOf(all),
    independent_spells: { lit: independentSpells.lit, not_lit: independentSpells.notLit },
    difference: difference
      ? { higher: difference.value, interval: difference.interval, joint_interval: difference.joint }
      : null,
    finding,
    sentence: sentenceOf(named),
  };
}

/** @param records in the order of `HORIZONS`. */
export function trackRecordAnswer(
  { from, to }: Range,
  records: readonly HorizonRecord[],
  source: SourceName,
): TrackRecordAnswer {
  const named = HORIZON_NAMES.map((name, index) => ({ name, record: records[index] as HorizonRecord }));
  return {
    from: formatTime(from),
    to: formatTime(to),
    horizons: named.map(horizonOf),
    conclusion: conclusionOf(named, source === 'simulated'),
    source,
  };
}
