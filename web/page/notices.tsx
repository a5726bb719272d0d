import type { Answer } from '../../src/domain/answer.ts';
import type { SourcesAnswer } from '../feed/sources.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { isInTrouble } from './trouble.ts';

interface NoticesProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly answer: Answer | undefined;
  readonly sources: SourcesAnswer | undefined;
  /** Since when there is no connection, in epoch milliseconds. */
  readonly lostSince: number | undefined;
  readonly now: number;
}

/** More names than that are told below, where all are. */
const NAMED = 3;

const namesInTrouble = ({ price, sentiment: { feeds } }: SourcesAnswer): string[] =>
  [...price, ...feeds].filter(isInTrouble).map(({ name }) => name);

/** What makes the answer to be trusted less, and what it never is. */
export function Notices({ words, figures, answer, sources, lostSince, now }: NoticesProps) {
  const { notices } = words;
  const names = answer?.source === 'live' && sources ? namesInTrouble(sources) : [];
  return (
    <div class="notices">
      {/* No age in it, for what is told again each minute is not listened to. */}
      <div role="status">
        {answer?.source === 'simulated' && <strong class="simulated">{notices.simulated}</strong>}
        {lostSince !== undefined && (
          <strong class="lost">{notices.lost(figures.moment(lostSince, now))}</strong>
        )}
        {answer?.stale && (
          <strong class="stale">{notices.stale(figures.moment(Date.parse(answer.as_of), now))}</strong>
        )}
        {names.length > 0 && (
          <strong class="failing">{notices.failing(names.slice(0, NAMED), names.length - NAMED)}</strong>
        )}
      </div>
      <span>{words.notice}</span>
    </div>
  );
}
