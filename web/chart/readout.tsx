import type { HistoryBucket } from '../feed/history.ts';
import type { Figures } from '../words/figures.ts';
import { isAtUtc } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { isIncomplete } from './cell.ts';
import { type Grid, timeAt, type View, widthOf } from './drawing/grid.ts';
import { WIDTHS } from './widths.ts';

/** The newest visible cell with data. */
export function newestIndex(grid: Grid, { from, to }: View): number | undefined {
  const last = Math.min(grid.cells.length - 1, Math.ceil((to - grid.start) / widthOf(grid)) - 1);
  for (let index = last; index >= 0 && timeAt(grid, index + 1) > from; index -= 1) {
    if (grid.cells[index]) return index;
  }
  return undefined;
}

/** A bucket's time: local, with UTC beside it if it starts on a UTC hour or day. */
export function bucketTime(
  grid: Grid,
  index: number,
  figures: Figures,
  words: Words,
): { local: string; utc: string | undefined } {
  const width = widthOf(grid);
  const start = timeAt(grid, index);
  if (width >= WIDTHS['1d']) {
    const isSameDay = figures.day(start) === figures.utcDay(start);
    const begins = isSameDay ? figures.clock(start) : figures.full(start);
    const last = start + width - WIDTHS['1d'];
    const days =
      width > WIDTHS['1d'] ? `${figures.utcDay(start)} – ${figures.utcDay(last)}` : figures.utcDay(start);
    return { local: `${days} UTC`, utc: isAtUtc(start) ? undefined : words.begins(begins) };
  }
  const utc = width < WIDTHS['1h'] || isAtUtc(start) ? undefined : `${figures.utcClock(start)} UTC`;
  return { local: width < WIDTHS['1m'] ? figures.seconds(start) : figures.full(start), utc };
}

interface ReadoutProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly grid: Grid | undefined;
  readonly index: number | undefined;
  readonly asOf: number | undefined;
  /** Announced to screen readers: moved by keyboard, not by a pointer. */
  readonly isSpoken: boolean;
}

function Values({
  words,
  figures,
  bucket: { price, price_min: low, price_max: high, sentiment },
}: Pick<ReadoutProps, 'words' | 'figures'> & { bucket: HistoryBucket }) {
  return (
    <>
      <span>
        <small>{words.price}</small> <b>{price == null ? words.noValue : figures.exactPrice(price)}</b>
        {low != null && high != null && low !== high && (
          <small class="span">
            {' '}
            {figures.price(low)} – {figures.price(high)}
          </small>
        )}
      </span>
      <span>
        <small>{words.sentiment}</small>{' '}
        <b>{sentiment == null ? words.noValue : figures.sentiment(sentiment)}</b>
      </span>
    </>
  );
}

/** One cell's values on a line of constant height. */
export function Readout({ words, figures, grid, index, asOf, isSpoken }: ReadoutProps) {
  const bucket = grid && index !== undefined ? grid.cells[index] : undefined;
  if (!grid || index === undefined) return <p class="readout" />;
  const { local, utc } = bucketTime(grid, index, figures, words);
  return (
    <p class="readout" aria-live={isSpoken ? 'polite' : 'off'}>
      <span class="when">
        {local}
        {utc && <small> · {utc}</small>}
        {asOf !== undefined && isIncomplete(grid, index, asOf) && <small> · {words.chart.incomplete}</small>}
      </span>
      {bucket ? <Values words={words} figures={figures} bucket={bucket} /> : <b>{words.noValue}</b>}
    </p>
  );
}
