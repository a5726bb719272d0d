import type { Direction } from '../../../src/domain/direction.ts';

/** Where something goes, drawn: arrows of fonts look different on each device. */
export function Arrow({ direction }: { direction: Direction }) {
  if (direction === 'unknown') return null;
  return (
    <svg class={`arrow ${direction}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d="M2 8h11M8.5 3.5 13 8l-4.5 4.5" />
    </svg>
  );
}

/** Between two values that follow each other, as they are. */
export function directionBetween(
  before: number | null | undefined,
  after: number | null | undefined,
): Direction {
  if (before == null || after == null) return 'unknown';
  if (before === after) return 'flat';
  return after > before ? 'rising' : 'falling';
}
