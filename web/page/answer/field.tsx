import type { Answer } from '../../../src/domain/answer.ts';
import type { KnownSources } from '../../feed/sources.ts';
import type { LitSpell } from '../../feed/verdicts.ts';
import type { Figures } from '../../words/figures.ts';
import type { Words } from '../../words/words.ts';
import { isEverythingFailing, placesOf } from '../failing-sources.ts';
import { Notices } from '../notices.tsx';
import { useNow } from '../state.ts';
import { Facts } from './facts.tsx';
import { Hours } from './hours.tsx';
import { useLastLitSpell } from './last-lit-spell.ts';
import { sinceText, type Verdict } from './verdict.ts';
import { Word } from './word.tsx';

interface FieldProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly verdict: Verdict;
  readonly answer: Answer | undefined;
  readonly sources: KnownSources | undefined;
  readonly lostSince: number | undefined;
}

function sentence(
  { words, figures, verdict, answer, sources }: FieldProps,
  now: number,
  spell: LitSpell | undefined,
): string {
  if (!answer) {
    if (verdict !== 'empty') return words.asking;
    return sources && isEverythingFailing(sources)
      ? words.unreachable.sentence(placesOf(sources).length)
      : words.empty;
  }
  const since = sinceText({ words, figures }, answer, spell, now);
  if (verdict === 'lit') return since ? `${words.bothRise}${words.gap}${since}` : words.bothRise;
  const { price_direction: price, sentiment_direction: sentiment } = answer;
  if (price === 'unknown' && sentiment === 'unknown')
    return `${words.notEnoughData}${words.gap}${words.needsTwo}`;
  const trend = answer.stale
    ? words.pastTrend(figures.moment(Date.parse(answer.as_of), now), price, sentiment)
    : words.trend(price, sentiment);
  if (verdict === 'was-lit') return trend;
  return `${trend}${words.gap}${verdict === 'unknown' ? words.needsTwo : (since ?? words.needsBoth)}`;
}

/** The answer, and the reason for it. */
export function Field(props: FieldProps) {
  const { words, figures, verdict, answer, sources, lostSince } = props;
  const now = useNow();
  const spell = useLastLitSpell(answer, now);
  return (
    <>
      <div class="answer">
        <Word words={words} verdict={verdict} />
        <Hours words={words} figures={figures} answer={answer} now={now} />
        <p class="sentence">{sentence(props, now, spell)}</p>
      </div>
      <Facts words={words} figures={figures} answer={answer} sources={sources} now={now} />
      <Notices
        words={words}
        figures={figures}
        answer={answer}
        sources={sources}
        lostSince={lostSince}
        now={now}
      />
    </>
  );
}
