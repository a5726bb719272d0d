import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../../src/domain/answer.ts';
import { pastFeed } from '../../feed/past.ts';
import type { LitSpell } from '../../feed/verdicts.ts';

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
