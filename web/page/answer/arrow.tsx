import type { Direction } from '../../../src/domain/direction.ts';

/** An arrow for a direction, drawn because each device's fonts have different ones. */
export function Arrow({ direction }: { direction: Direction }) {
  if (direction === 'unknown') return null;
  return (
    <svg class={`arrow ${direction}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d="M2 8h11M8.5 3.5 13 8l-4.5 4.5" />
    </svg>
  );
}

/** The direction between two adjacent values. */
export function directionBetween(
  before: number | null | undefined,
  after: number | null | undefined,
): Direction {
  if (before == null || after == null) return 'unknown';
  if (before === after) return 'flat';
  return after > before ? 'rising' : 'falling';
}
