import { useEffect, useMemo, useState } from 'preact/hooks';
import type { HistoryBucket } from '../feed/history.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { isIncomplete } from './cell.ts';
import type { Grid } from './drawing/grid.ts';
import { bucketTime } from './readout.tsx';

interface BucketTableProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly grid: Grid | undefined;
  readonly asOf: number | undefined;
}

interface Row {
  readonly bucket: HistoryBucket;
  readonly index: number;
}

/** Rows rendered at a time: rendering all would delay the click that opens the table. */
const PART = 75;

function Part({ words, figures, grid, asOf, rows }: BucketTableProps & { grid: Grid; rows: readonly Row[] }) {
  return useMemo(
    () => (
      <tbody>
        {rows.map(({ bucket, index }) => {
          const { local, utc } = bucketTime(grid, index, figures, words);
          const { price, price_min: low, price_max: high, sentiment } = bucket;
          return (
            <tr key={bucket.time}>
              <th scope="row">
                {local}
                {utc && `${words.brackets[0]}${utc}${words.brackets[1]}`}
                {asOf !== undefined && isIncomplete(grid, index, asOf) && ` · ${words.chart.incomplete}`}
              </th>
              <td>{price === null ? words.noValue : figures.exactPrice(price)}</td>
              <td>{low === null || high === null ? '' : `${figures.price(low)} – ${figures.price(high)}`}</td>
              <td>{sentiment === null ? words.noValue : figures.sentiment(sentiment)}</td>
              <td>
                {bucket.price_samples}, {bucket.sentiment_samples}
              </td>
            </tr>
          );
        })}
      </tbody>
    ),
    [words, figures, rows, asOf],
  );
}

function Parts(props: BucketTableProps & { grid: Grid }) {
  const { words, grid } = props;
  const parts = useMemo(() => {
    const rows = grid.cells.flatMap((bucket, index) => (bucket ? [{ bucket, index }] : [])).reverse();
    return Array.from({ length: Math.ceil(rows.length / PART) }, (_, part) =>
      rows.slice(part * PART, (part + 1) * PART),
    );
  }, [grid]);
  const [count, setCount] = useState(1);
  useEffect(() => {
    if (count >= parts.length) return;
    const timer = setTimeout(setCount, 0, count + 1);
    return () => clearTimeout(timer);
  }, [count, parts]);
  const { columns } = words.chart;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <section class="scroll" tabIndex={0} aria-label={words.chart.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.price}</th>
            <th scope="col">{columns.span}</th>
            <th scope="col">{columns.sentiment}</th>
            <th scope="col">{columns.samples}</th>
          </tr>
        </thead>
        {parts.slice(0, count).map((rows, part) => (
          <Part key={part} {...props} rows={rows} />
        ))}
      </table>
    </section>
  );
}

/** The chart's buckets as a table, newest first. Rendered only while open, because it is long. */
export function BucketTable(props: BucketTableProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{props.words.chart.asTable}</summary>
      {isOpen && props.grid && <Parts {...props} grid={props.grid} />}
    </details>
  );
}
