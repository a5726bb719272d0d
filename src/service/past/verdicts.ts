import { setImmediate } from 'node:timers/promises';
import type { TextFormat } from '../../domain/history.ts';
import {
  createJudge,
  extend,
  type JudgedHour,
  MOST_HOURS,
  SPELL_COLUMNS,
  type Spell,
  type SpellRow,
  spellRow,
  VERDICT_COLUMNS,
  type VerdictRow,
  verdictRow,
} from '../../domain/past/verdict.ts';
import type { Range } from '../../domain/time/range.ts';
import { BITCOIN_BEGAN, HOUR } from '../../domain/time/time.ts';
import { createTimeWriter } from '../../domain/time/time-writer.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { isClosedBy, type RangeQuery, rangeOf } from './query-range.ts';
import { createRowWriter } from './row-text.ts';

interface VerdictsPlan {
  /** Whole hours that have ended, at most `MOST_HOURS`. Empty if none has. */
  readonly range: Range;
  /** The start of the next part, if the query means more hours. */
  readonly next: number | undefined;
  /** Only an import or a deletion can change the verdicts, and the query means the same tomorrow. */
  readonly isClosed: boolean;
}

export interface Verdicts {
  /** Works out what a query means. @throws like `rangeOf`. */
  plan(query: RangeQuery): Promise<VerdictsPlan>;
  /**
   * The verdicts, or their spells, as ASCII text, in pieces that take a fraction of a millisecond each, spread over turns of
   * the event loop.
   *
   * @throws StoreError.
   */
  text(
    plan: VerdictsPlan,
    kind: 'verdicts' | 'spells',
    format: TextFormat,
    signal: AbortSignal,
  ): AsyncIterable<string>;
}

/** A row takes about half a microsecond. */
const ROWS_PER_TURN = 400;

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

export function createVerdicts(options: {
  store: Pick<SampleStore, 'oldest' | 'hours'>;
  clock: () => number;
}): Verdicts {
  const { store, clock } = options;

  return {
    async plan(query) {
      const now = clock();
      const asked = endedHours(await rangeOf(query, now, store), now);
      // Skips the years before the first sample.
      const isLong = asked.to - asked.from > MOST_HOURS * HOUR;
      const oldest = isLong ? await store.oldest() : undefined;
      const from = Math.min(Math.max(asked.from, Math.floor((oldest ?? 0) / HOUR) * HOUR), asked.to);
      const to = Math.min(asked.to, from + MOST_HOURS * HOUR);
      const next = to < asked.to ? to : undefined;
      return { range: { from, to }, next, isClosed: isClosedBy(to, now, [query.from, query.to]) };
    },

    async *text({ range, next }, kind, format, signal) {
      const timeText = createTimeWriter();
      const nextText = next === undefined ? 'null' : `"${timeText(next)}"`;
      const head = `{"from":"${timeText(range.from)}","to":"${timeText(range.to)}","next":${nextText},"${kind}":`;
      const columns = kind === 'spells' ? SPELL_COLUMNS : VERDICT_COLUMNS;
      const writer = createRowWriter<VerdictRow | SpellRow>(format, columns, { head, tail: '}' });
      let spell: Spell | undefined;

      function rowsOf(hours: readonly JudgedHour[]): (VerdictRow | SpellRow)[] {
        if (kind === 'verdicts') return hours.map((one) => verdictRow(one, timeText(one.hour.start)));
        const rows: SpellRow[] = [];
        for (const one of hours) {
          const extended = extend(spell, one);
          if (spell && extended.from !== spell.from) rows.push(spellRow(spell, timeText));
          spell = extended;
        }
        return rows;
      }

      yield writer.head;
      for await (const hours of judgedHours(store, range)) {
        for (let at = 0; at < hours.length; at += ROWS_PER_TURN) {
          signal.throwIfAborted();
          yield writer.rows(rowsOf(hours.slice(at, at + ROWS_PER_TURN)));
          if (at + ROWS_PER_TURN < hours.length) await setImmediate();
        }
      }
      if (spell) yield writer.rows([spellRow(spell, timeText)]);
      yield writer.tail;
    },
  };
}
