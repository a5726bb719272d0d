import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import type { Words } from '../words/words.ts';

/** What the chart shows, under it. */
export function ChartFoot({ words, bucket }: { words: Words; bucket: WidthName | undefined }) {
  const { chart } = words;
  return (
    <div class="chart-foot">
      <span>
        {words.sentimentScale} · <span class="lit-key">{chart.lit}</span>
      </span>
      <span class="bucket">{bucket && chart.bucket[bucket]}</span>
      <a href="https://www.tradingview.com/" rel="noopener">
        {chart.attribution}
      </a>
    </div>
  );
}
