import { type Grid, timeAt, type View, widthOf } from './drawing/grid.ts';

export interface Step {
  /** The span's factor. */
  readonly zoom?: number;
  readonly view?: View;
  /** The cell to mark; `undefined` puts the mark away. */
  readonly index?: number | undefined;
}

interface Place {
  readonly grid: Grid;
  readonly view: View;
  readonly index: number | undefined;
}

const ZOOMS: Readonly<Record<string, number>> = { '+': 0.5, '=': 0.5, '-': 2, _: 2 };
const SIDES: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowRight: 1 };
/** Of the span. */
const PAN = 0.25;
/** Of the span, from the edge of the view, where a mark makes the view follow: less than there is beside the newest. */
const EDGE = 0.01;

/** The next cell with data on a side, beginning with `from`. */
function seek({ cells }: Grid, from: number, side: -1 | 1): number | undefined {
  for (let index = from; index >= 0 && index < cells.length; index += side) if (cells[index]) return index;
  return undefined;
}

function shift({ from, to }: View, by: number): View {
  return { from: from + by, to: to + by };
}

/** The mark on a cell, and the view moved where it would be out of it. */
function markAt({ grid, view }: Place, index: number | undefined): Step {
  if (index === undefined) return {};
  const time = timeAt(grid, index + 0.5);
  const room = (view.to - view.from) * EDGE;
  if (time < view.from + room) return { index, view: shift(view, time - view.from - room) };
  if (time > view.to - room) return { index, view: shift(view, time - view.to + room) };
  return { index };
}

/** What a key does to the chart; `undefined` where it is not the chart's. */
export function steer(
  { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent,
  place: Place,
): Step | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const { grid, view, index } = place;
  const zoom = ZOOMS[key];
  if (zoom) return { zoom };
  const side = SIDES[key];
  if (side && shiftKey) return { view: shift(view, side * PAN * (view.to - view.from)) };
  if (side) {
    const last = Math.min(grid.cells.length - 1, Math.floor((view.to - grid.start) / widthOf(grid)));
    const from = index === undefined ? last : index + side;
    return markAt(place, seek(grid, from, index === undefined ? -1 : side));
  }
  if (key === 'Home') return markAt(place, seek(grid, 0, 1));
  if (key === 'End') return markAt(place, seek(grid, grid.cells.length - 1, -1));
  if (key === 'Escape' && index !== undefined) return { index: undefined };
  return undefined;
}
