import { type Grid, timeAt, type View, widthOf } from './drawing/grid.ts';

export interface Step {
  /** Factor for the view's span. */
  readonly zoom?: number;
  readonly view?: View;
  /** The cell to mark; `undefined` removes the mark. */
  readonly index?: number | undefined;
}

interface Place {
  readonly grid: Grid;
  readonly view: View;
  readonly index: number | undefined;
}

const ZOOMS: Readonly<Record<string, number>> = { '+': 0.5, '=': 0.5, '-': 2, _: 2 };
const SIDES: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowRight: 1 };
/** As a share of the view. */
const PAN = 0.25;
/** A mark this close to the edge moves the view. Less than the empty space beside the newest bucket. */
const EDGE = 0.01;

/** The next cell with data in a direction, starting with `from`. */
function seek({ cells }: Grid, from: number, side: -1 | 1): number | undefined {
  for (let index = from; index >= 0 && index < cells.length; index += side) if (cells[index]) return index;
  return undefined;
}

function shift({ from, to }: View, by: number): View {
  return { from: from + by, to: to + by };
}

/** Marks a cell, and moves the view if the mark would be outside. */
function markAt({ grid, view }: Place, index: number | undefined): Step {
  if (index === undefined) return {};
  const time = timeAt(grid, index + 0.5);
  const room = (view.to - view.from) * EDGE;
  if (time < view.from + room) return { index, view: shift(view, time - view.from - room) };
  if (time > view.to - room) return { index, view: shift(view, time - view.to + room) };
  return { index };
}

/** What a key does to the chart; `undefined` if nothing. */
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
