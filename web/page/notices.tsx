import type { Answer } from '../../src/domain/answer.ts';
import type { KnownSources } from '../feed/sources.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { hasFailed, isEverythingFailing, placesOf } from './failing-sources.ts';

interface NoticesProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly answer: Answer | undefined;
  readonly sources: KnownSources | undefined;
  /** When the connection was lost, in epoch milliseconds. */
  readonly lostSince: number | undefined;
  readonly now: number;
}

/** Further names are only in the list of sources below. */
const MAX_NAMES = 3;

function failing({ words: { notices }, answer, sources }: NoticesProps): string | undefined {
  // Without an answer, the main sentence already says that none can be reached.
  if (isEverythingFailing(sources)) return answer && notices.unreachable;
  const names = sources ? placesOf(sources).flatMap((place) => (hasFailed(place) ? [place.name] : [])) : [];
  return names.length > 0 ? notices.failing(names.slice(0, MAX_NAMES), names.length - MAX_NAMES) : undefined;
}

/** Warnings about the answer, and the disclaimer. */
export function Notices(props: NoticesProps) {
  const { words, figures, answer, sources, lostSince, now } = props;
  const { notices } = words;
  const source = answer?.source ?? sources?.source;
  // Failures of made-up sources are no reason to warn.
  const trouble = source === 'simulated' ? undefined : failing(props);
  return (
    <div class="notices">
      {/* No age here: a screen reader would announce it every minute. */}
      <div role="status">
        {source === 'simulated' && <strong class="simulated">{notices.simulated}</strong>}
        {lostSince !== undefined && (
          <strong class="lost">{notices.lost(figures.moment(lostSince, now))}</strong>
        )}
        {answer?.stale && lostSince === undefined && (
          <strong class="stale">{notices.stale(figures.moment(Date.parse(answer.as_of), now))}</strong>
        )}
        {trouble && <strong class="failing">{trouble}</strong>}
      </div>
      <span>{words.notice}</span>
    </div>
  );
}
