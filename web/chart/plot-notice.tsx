import type { Words } from '../words/words.ts';
import type { Trouble } from './history-requests.ts';

interface PlotNoticeProps {
  readonly words: Words;
  readonly trouble: Trouble;
  /** There is no data for this period. */
  readonly isEmpty: boolean;
  readonly onRetry: () => void;
  /** Set if there is data elsewhere. */
  readonly onShowAll: (() => void) | undefined;
}

/** Why the chart is empty or shows another range, and what to do about it. */
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
