import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../../src/domain/answer.ts';
import { pastFeed } from '../../feed/past.ts';
import type { LitSpell } from '../../feed/verdicts.ts';
import type { Figures } from '../../words/figures.ts';
import type { Words } from '../../words/words.ts';

const HOUR = 3_600_000;

/** The last lit spell of ended hours, fetched with the answer, and again each hour and when the answer changes. */
export function useLastLitSpell(answer: Answer | undefined, now: number): LitSpell | undefined {
  const [spell, setSpell] = useState<LitSpell>();
  const isKnown = answer !== undefined;
  const key = `${Math.floor(now / HOUR)} ${answer?.is_lit}`;
  useEffect(() => {
    if (!isKnown) {
      setSpell(undefined);
      return;
    }
    let isOver = false;
    pastFeed()
      .then(({ fetchLastLitSpell }) => fetchLastLitSpell())
      .then(
        (last) => isOver || setSpell(last),
        () => undefined,
      );
    return () => {
      isOver = true;
    };
  }, [key, isKnown]);
  return spell;
}

/** How long Bitcoin has been lit, or when it was last, as a sentence; `undefined` if unknown. */
export function sinceText(
  { words, figures }: { words: Words; figures: Figures },
  answer: Answer,
  spell: LitSpell | undefined,
  now: number,
): string | undefined {
  if (!spell || answer.stale) return undefined;
  if (!answer.is_lit) return words.lastLit(figures.ago(spell.to, now));
  const hour = Math.floor(Date.parse(answer.as_of) / HOUR) * HOUR;
  // The verdict of the current hour comes when it has ended; the spell of the hours before it may go on.
  return words.litFor(figures.length(Math.max(0, now - (spell.to >= hour ? spell.from : hour))));
}
