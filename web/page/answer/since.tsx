import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../../src/domain/answer.ts';
import { fetchLastLitSpell, type LitSpell } from '../../feed/verdicts.ts';
import type { Figures } from '../../words/figures.ts';
import type { Words } from '../../words/words.ts';

const HOUR = 3_600_000;

interface SinceProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly answer: Answer | undefined;
  readonly now: number;
}

/** How long Bitcoin has been lit, or when it was last. */
export function Since({ words, figures, answer, now }: SinceProps) {
  const [spell, setSpell] = useState<LitSpell>();
  const isKnown = answer !== undefined;
  // A new hour has ended, or the answer has changed.
  const key = `${Math.floor(now / HOUR)} ${answer?.is_lit}`;
  useEffect(() => {
    if (!isKnown) {
      setSpell(undefined);
      return;
    }
    const ending = new AbortController();
    fetchLastLitSpell(ending.signal).then(setSpell, () => undefined);
    return () => ending.abort();
  }, [key, isKnown]);

  function text(): string {
    if (!answer || answer.stale) return '';
    const hour = Math.floor(Date.parse(answer.as_of) / HOUR) * HOUR;
    if (answer.is_lit) {
      // The answer is at least as old as its hour; the verdict of that hour itself comes when it has ended.
      const from = spell && spell.to >= hour ? spell.from : hour;
      return words.litFor(figures.length(Math.max(0, now - from)));
    }
    return spell ? words.lastLit(figures.ago(spell.to, now)) : '';
  }

  return <p class="since">{text()}</p>;
}
