import type { Answer } from '../../src/domain/answer.ts';
import type { SourcesAnswer } from '../feed/sources.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';

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

/** Those that were asked and do not give what they should. */
function failing({ price, sentiment: { feeds } }: SourcesAnswer): string | undefined {
  const names = [...price, ...feeds].filter(({ state, since }) => state !== 'ok' && since !== null);
  if (names.length === 0) return undefined;
  const told = names.slice(0, NAMED).map(({ name }) => name);
  return [...told, ...(names.length > NAMED ? ['…'] : [])].join(', ');
}

/** What makes the answer to be trusted less, and what it never is. */
export function Notices({ words, figures, answer, sources, lostSince, now }: NoticesProps) {
  const { notices } = words;
  const names = answer?.source === 'live' && sources ? failing(sources) : undefined;
  return (
    <div class="notices" role="status">
      {answer?.source === 'simulated' && <strong class="simulated">{notices.simulated}</strong>}
      {lostSince !== undefined && (
        <strong class="lost">{notices.lost(figures.moment(lostSince, now))}</strong>
      )}
      {answer?.stale && (
        <strong class="stale">{notices.stale(figures.ago(Date.parse(answer.as_of), now))}</strong>
      )}
      {names && <strong class="failing">{notices.failing(names)}</strong>}
      <span>{words.notice}</span>
    </div>
  );
}
