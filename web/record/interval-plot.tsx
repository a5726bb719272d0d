import type { HorizonAnswer } from '../feed/track-record.ts';

type Difference = NonNullable<HorizonAnswer['difference']>;

/** The largest of the numbers, a little more: all rows have the same scale, with 0 in the middle. */
export function scaleOf(horizons: readonly HorizonAnswer[]): number {
  const ends = horizons.flatMap(({ difference }) =>
    difference ? [difference.joint_interval.low, difference.joint_interval.high] : [],
  );
  return 1.08 * Math.max(0.01, ...ends.map(Math.abs));
}

/** A dot, its 95 % interval, and the wider one that holds for all rows together. */
export function IntervalPlot({
  difference,
  scale,
  label,
}: {
  difference: Difference | null;
  scale: number;
  label: string;
}) {
  const place = (share: number): string => `${(50 + (50 * share) / scale).toFixed(2)}%`;
  return (
    <svg class="interval" role="img" aria-label={label}>
      <line class="zero" x1="50%" x2="50%" y1="0" y2="100%" />
      {difference && (
        <>
          <line
            class="joint"
            x1={place(difference.joint_interval.low)}
            x2={place(difference.joint_interval.high)}
            y1="50%"
            y2="50%"
          />
          <line
            class="pointwise"
            x1={place(difference.interval.low)}
            x2={place(difference.interval.high)}
            y1="50%"
            y2="50%"
          />
          <circle cx={place(difference.higher)} cy="50%" r="4.5" />
        </>
      )}
    </svg>
  );
}
