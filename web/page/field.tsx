import type { Answer } from '../../src/domain/answer.ts';
import type { SourcesAnswer } from '../feed/sources.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { Facts } from './facts.tsx';
import { Hours } from './hours.tsx';
import { Notices } from './notices.tsx';
import { useNow } from './state.ts';
import type { Verdict } from './verdict.ts';
import { Word } from './word.tsx';

interface FieldProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly verdict: Verdict;
  readonly answer: Answer | undefined;
  readonly sources: SourcesAnswer | undefined;
  readonly lostSince: number | undefined;
}

function sentence({ words, figures, verdict, answer }: FieldProps, now: number): string {
  if (!answer) return verdict === 'empty' ? words.empty : words.asking;
  const when = answer.stale ? figures.moment(Date.parse(answer.as_of), now) : undefined;
  if (verdict === 'lit') return when ? words.bothRose(when) : words.bothRise;
  const { price_direction: ofPrice, sentiment_direction: ofMood } = answer;
  if (ofPrice === 'unknown' && ofMood === 'unknown') return `${words.neither}${words.gap}${words.needsTwo}`;
  const { price, mood } = when ? words.wasBecause : words.because;
  const both = when
    ? words.joinOld(when, price[ofPrice], mood[ofMood])
    : words.join(price[ofPrice], mood[ofMood]);
  return `${both}${words.gap}${verdict === 'unknown' ? words.needsTwo : words.needsBoth}`;
}

/** The answer in one look, and why in a second. */
export function Field(props: FieldProps) {
  const { words, figures, verdict, answer, sources, lostSince } = props;
  const now = useNow();
  return (
    <>
      <div class="answer">
        <Word words={words} verdict={verdict} />
        <Hours words={words} figures={figures} answer={answer} now={now} />
        <p class="sentence">{sentence(props, now)}</p>
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
