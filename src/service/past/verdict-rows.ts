import {
  COUNT_COLUMNS,
  type CountsRow,
  extend,
  type JudgedHour,
  SPELL_COLUMNS,
  type Spell,
  type SpellRow,
  spellRow,
  verdictOf,
} from '../../domain/past/verdict.ts';
import { bucketStart, type Width } from '../../domain/time/bucket-width.ts';
import { createTimeWriter } from '../../domain/time/time-writer.ts';

export type Row = SpellRow | CountsRow;

/** Turns hours into rows. It gets the hours one by one, oldest first, and `undefined` after the last one. */
export interface RowMaker {
  readonly columns: readonly string[];
  /** @returns the row that is complete now, if any. */
  next(hour: JudgedHour | undefined): Row | undefined;
}

function spellMaker(): RowMaker {
  const timeText = createTimeWriter();
  let spell: Spell | undefined;
  return {
    columns: SPELL_COLUMNS,
    next(hour) {
      const before = spell;
      spell = hour && extend(before, hour);
      return before && before.from !== spell?.from ? spellRow(before, timeText) : undefined;
    },
  };
}

function countMaker(width: Width): RowMaker {
  const timeText = createTimeWriter();
  let counts: { readonly start: number; readonly row: CountsRow } | undefined;
  return {
    columns: COUNT_COLUMNS,
    next(judged) {
      const before = counts;
      const start = judged && bucketStart(judged.start, width);
      if (!judged || start === undefined) return before?.row;
      if (before?.start !== start) {
        counts = { start, row: { time: timeText(start), lit: 0, not_lit: 0, unknown: 0 } };
      }
      if (counts) counts.row[verdictOf(judged.directions.isLit)] += 1;
      return before?.start === start ? undefined : before?.row;
    },
  };
}

/** @param width of the buckets of counts. */
export const createRowMaker = (kind: 'spells' | 'counts', width: Width): RowMaker =>
  kind === 'spells' ? spellMaker() : countMaker(width);
