import { useState } from 'preact/hooks';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { isIncomplete } from './cell.ts';
import type { Grid } from './grid.ts';
import { bucketTime } from './readout.tsx';

interface BucketTableProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly grid: Grid | undefined;
  readonly asOf: number | undefined;
}

function Rows({ words, figures, grid, asOf }: BucketTableProps & { grid: Grid }) {
  const rows = grid.cells.flatMap((bucket, index) => (bucket ? [{ bucket, index }] : [])).reverse();
  const { columns, incomplete } = words.chart;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which keys have to reach
    <section class="scroll" tabIndex={0} aria-label={words.chart.asTable}>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.price}</th>
            <th scope="col">{columns.span}</th>
            <th scope="col">{columns.mood}</th>
            <th scope="col">{columns.samples}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ bucket, index }) => {
            const { local, utc } = bucketTime(grid, index, figures);
            const { price, price_min: low, price_max: high, sentiment } = bucket;
            return (
              <tr key={bucket.time}>
                <th scope="row">
                  {local}
                  {utc && ` (${utc})`}
                  {asOf !== undefined && isIncomplete(grid, index, asOf) && ` · ${incomplete}`}
                </th>
                <td>{price === null ? words.noValue : figures.exactPrice(price)}</td>
                <td>
                  {low === null || high === null ? '' : `${figures.price(low)} – ${figures.price(high)}`}
                </td>
                <td>{sentiment === null ? words.noValue : figures.mood(sentiment)}</td>
                <td>
                  {bucket.price_samples}, {bucket.sentiment_samples}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The chart's buckets as a table, newest first: drawn only while it is open, for it is long. */
export function BucketTable(props: BucketTableProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{props.words.chart.asTable}</summary>
      {isOpen && props.grid && <Rows {...props} grid={props.grid} />}
    </details>
  );
}
