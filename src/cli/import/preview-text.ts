import type { Sample } from '../../domain/sample.ts';
import { formatTime, timeOrNull } from '../../domain/time/time.ts';
import type { Counts } from '../../import-export/import-counts.ts';
import type { Preview } from '../../import-export/preview/preview.ts';
import { widthText } from '../../import-export/tables/width.ts';
import { leftText } from '../output.ts';

/** What a dry run has found. */
export interface Look {
  readonly preview: Preview;
  readonly counts: Counts;
  readonly shape: string | undefined;
  readonly times: string | undefined;
  /** The shortest gap that is reported, in milliseconds. */
  readonly gap: number;
}

const sampleText = ({ time, price, sentiment }: Sample): string =>
  `  ${formatTime(time).padEnd(24)}  ${price ?? '-'}${sentiment === undefined ? '' : `  ${sentiment}`}`;

const andMore = (count: number, listed: readonly unknown[]): string[] =>
  count > listed.length ? [`  and ${count - listed.length} more`] : [];

/** A dry run for people. */
export function lookText({ preview, counts, shape, times, gap }: Look): string {
  const {
    samples,
    prices,
    sentiments,
    first,
    last,
    gaps,
    gapCount,
    differences,
    differenceCount,
    sharedMinutes,
  } = preview;
  const shown =
    first.length + last.length > samples
      ? first.map(sampleText)
      : [...first.map(sampleText), '  …', ...last.map(sampleText)];
  const [begin, end] = [first[0]?.time, last.at(-1)?.time];
  const range =
    begin === undefined || end === undefined ? [] : [`from ${formatTime(begin)} to ${formatTime(end)}`];
  return [
    `${shape ?? 'no samples'}${times === undefined ? '' : `, times in ${times}`}`,
    `${samples} samples would be imported (${prices} prices, ${sentiments} sentiments), ${leftText(counts)}`,
    ...shown,
    ...range,
    `${gapCount} gaps longer than ${widthText(gap)}`,
    ...gaps.map(({ from, to }) => `  ${formatTime(from)} to ${formatTime(to)}`),
    ...andMore(gapCount, gaps),
    `${sharedMinutes} minutes already have a stored price; ${differenceCount} differ by more than 2 %`,
    ...differences.map(
      ({ minute, price, kept }) => `  ${formatTime(minute)}  ${price} in the file, ${kept} stored`,
    ),
    ...andMore(differenceCount, differences),
    'nothing was stored: leave out --dry-run to import',
  ].join('\n');
}

const sampleJson = ({ time, price, sentiment }: Sample) => ({
  time: formatTime(time),
  price: price ?? null,
  sentiment: sentiment ?? null,
});

/** A dry run for programs. */
export function lookJson({ preview, counts, shape, times, gap }: Look): string {
  const { first, last, gapCount, sharedMinutes, differenceCount } = preview;
  return JSON.stringify({
    shape: shape ?? null,
    times: times ?? null,
    samples: preview.samples,
    prices: preview.prices,
    sentiments: preview.sentiments,
    rejected: counts.rejected,
    rejections: counts.rejections,
    omitted: counts.omitted,
    omissions: counts.omissions,
    from: timeOrNull(first[0]?.time),
    to: timeOrNull(last.at(-1)?.time),
    first: first.map(sampleJson),
    last: last.map(sampleJson),
    gap: widthText(gap),
    gap_count: gapCount,
    gaps: preview.gaps.map(({ from, to }) => ({ from: formatTime(from), to: formatTime(to) })),
    shared_minutes: sharedMinutes,
    difference_count: differenceCount,
    differences: preview.differences.map(({ minute, price, kept }) => ({
      time: formatTime(minute),
      price,
      kept,
    })),
  });
}
