import { styleText } from 'node:util';
import type { HorizonAnswer, TrackRecordAnswer } from '../../domain/past/track-record-answer.ts';

const percent = (share: number | null, digits: number): string =>
  share === null ? '-' : `${(100 * share).toFixed(digits)} %`;

const signed = (share: number | null): string =>
  share === null ? '-' : `${share > 0 ? '+' : ''}${(100 * share).toFixed(2)} %`;

const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;

const GROUPS = [
  ['lit', 'lit'],
  ['not_lit', 'not lit'],
  ['all', 'all'],
] as const;

const WIDTHS = [9, 9, 9, 9, 9, 10, 10] as const;

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index < 2 ? cell.padEnd(WIDTHS[index] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
    .join(' ')
    .trimEnd();

function rows({
  horizon,
  difference,
  independent_hours: independentHours,
  finding,
  ...groups
}: HorizonAnswer): string[] {
  const lines = GROUPS.map(([key, name], index) => {
    const { hours, known, higher, median_change: median, mean_change: mean } = groups[key];
    return line([
      index === 0 ? horizon : '',
      name,
      String(hours),
      String(known),
      percent(higher, 1),
      signed(median),
      signed(mean),
    ]);
  });
  const independent = `independent hours: ${independentHours.lit} lit, ${independentHours.not_lit} not lit`;
  if (!difference) {
    const why = finding === 'no_variation' ? 'no interval' : 'not enough data';
    return [...lines, `          difference: ${why}; ${independent}`];
  }
  const { higher, interval, joint_interval: joint } = difference;
  return [
    ...lines,
    `          difference: ${points(higher)} points; 95 % interval ${points(interval.low)} to ${points(interval.high)}, ` +
      `for all four ${points(joint.low)} to ${points(joint.high)}; ${independent}`,
  ];
}

/** The record for people. */
export function recordTable({ from, to, horizons, conclusion, source }: TrackRecordAnswer): string {
  const head = line(['after', 'hours', 'count', 'known', 'higher', 'median', 'mean']);
  return [
    styleText('bold', conclusion),
    '',
    styleText('dim', head),
    ...horizons.flatMap(rows),
    '',
    `from ${from} to ${to}, source: ${source}${source === 'simulated' ? ' (made-up data)' : ''}`,
  ].join('\n');
}
