import type { Words } from '../words/words.ts';
import type { Trouble } from './history-requests.ts';

interface PlotNoticeProps {
  readonly words: Words;
  readonly trouble: Trouble;
  /** Nothing is kept of what is shown. */
  readonly isEmpty: boolean;
  readonly onRetry: () => void;
  /** Where there is something to be shown elsewhere. */
  readonly onShowAll: (() => void) | undefined;
}

/** Why the chart shows nothing, or not what was asked for, and what can be done. */
export function PlotNotice({ words: { chart }, trouble, isEmpty, onRetry, onShowAll }: PlotNoticeProps) {
  return (
    <div class="plot-notice" role="status">
      {trouble === 'failing' && (
        <>
          <span>{chart.trouble}</span>
          <button type="button" onClick={onRetry}>
            {chart.again}
          </button>
        </>
      )}
      {trouble === undefined && isEmpty && (
        <>
          <span>{chart.nothing}</span>
          {onShowAll && (
            <button type="button" onClick={onShowAll}>
              {chart.showAll}
            </button>
          )}
        </>
      )}
    </div>
  );
}
