import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import { now } from '../feed/clock.ts';
import { boundView } from './bounds.ts';
import { cutGrid, endOf, type Grid, gridOf, joinGrids, type View, widthOf } from './drawing/grid.ts';
import { createQuestions, type Trouble } from './history-requests.ts';
import { RANGES, type RangeName } from './ranges.ts';
import { fittingWidth } from './widths.ts';

export interface ExplorerListener {
  /** Another grid is there, to be looked at so. */
  show(grid: Grid, view: View): void;
  trouble(trouble: Trouble): void;
  /** The range that was chosen, until the view is moved by hand; and whether the newest is in it. */
  state(state: { range: RangeName | undefined; isAtEnd: boolean }): void;
}

/** Which buckets are shown of which time: it has them fetched as what is looked at changes. */
export interface Explorer {
  choose(range: RangeName): void;
  /** By hand. Returns what is looked at then: within what there is. */
  view(view: View): View;
  /** There is a newer sample. */
  catchUp(): void;
  retry(): void;
  /** What is looked at now. */
  seen(): View | undefined;
  /** The same span, up to now. */
  toEnd(): View | undefined;
  end(): void;
}

/** Space beside the newest, of the span. */
const MARGIN = 0.015;
/** Until what is looked at counts as that, in milliseconds. */
const REST = 120;
/** Cells that are fetched to catch up, at most. */
const MOST_MISSED = 600;
/** Cells that are kept at most; beyond, those far from the view are let go. */
const MOST_CELLS = 4000;
/** No Bitcoin before. */
const BEGINNING = Date.UTC(2009, 0, 3);
/** Differences that only rounding makes, in cells. */
const SLIGHT = 0.75;

/** A view of the same span that ends with now. */
function endView({ from, to }: View): View {
  const end = now();
  const span = (to - from) / (1 + MARGIN);
  return { from: end - span, to: end + span * MARGIN };
}

export function createExplorer(listener: ExplorerListener): Explorer {
  const questions = createQuestions((trouble) => {
    // What is pressed is the picture's, which is still the one before.
    if (trouble === 'failing') {
      chosen = pictured;
      tell();
    }
    listener.trouble(trouble);
  });
  let grid: Grid | undefined;
  let view: View | undefined;
  let chosen: RangeName | undefined;
  /** The range that the picture is of, which may be another one until it has come. */
  let pictured: RangeName | undefined;
  /** The oldest that is kept, once that is known. */
  let oldest = BEGINNING;
  let resting: ReturnType<typeof setTimeout> | undefined;
  /** The grid reached up to now when it was fetched. */
  let isNewest = false;
  /** A newer sample came while something else was asked for. */
  let isBehind = false;

  const isAtEnd = (): boolean => isNewest && !!grid && !!view && view.to >= endOf(grid) - widthOf(grid);
  const tell = (): void => listener.state({ range: chosen, isAtEnd: isAtEnd() });

  function show(newGrid: Grid, newView: View): void {
    grid = newGrid;
    view = newView;
    listener.show(newGrid, newView);
    tell();
    if (isBehind) catchUp();
  }

  function choose(range: RangeName): void {
    chosen = range;
    clearTimeout(resting);
    tell();
    const to = now();
    const span = RANGES[range];
    const question =
      range === 'all'
        ? ({ from: 'oldest', to, bucket: 'auto' } as const)
        : { from: to - span, to, bucket: fittingWidth(span) };
    questions.ask(question, (history) => {
      const fetched = gridOf(history);
      if (range === 'all') oldest = fetched.start;
      const from = range === 'all' ? fetched.start : to - span;
      isNewest = true;
      chosen = range;
      pictured = range;
      show(fetched, { from, to: to + (to - from) * MARGIN });
    });
  }

  /** A whole new grid, where another width of buckets fits. */
  function replace({ from, to }: View, bucket: WidthName): void {
    const start = Math.max(oldest, from);
    const end = Math.min(to, now());
    if (start >= end) return;
    questions.ask({ from: start, to: end, bucket }, (history, reachesNow) => {
      isNewest = reachesNow;
      show(gridOf(history), view ?? { from, to });
    });
  }

  /** What is missing on a side, and a screen more of it. */
  function extend(known: Grid, { from, to }: View): void {
    const span = to - from;
    const isLeft = from < known.start;
    const end = isLeft ? known.start : Math.min(to + span, now());
    const start = isLeft ? Math.max(oldest, from - span) : endOf(known);
    if (end - start < widthOf(known)) return;
    questions.ask({ from: start, to: end, bucket: known.bucket }, (history, reachesNow) => {
      isNewest ||= reachesNow;
      const joined = joinGrids(known, gridOf(history));
      const looked = view ?? { from, to };
      const near = { from: looked.from - 2 * span, to: looked.to + 2 * span };
      const isLong = joined.cells.length > MOST_CELLS;
      isNewest &&= !isLong || near.to >= endOf(joined);
      show(isLong ? cutGrid(joined, near) : joined, looked);
    });
  }

  function settle(): void {
    if (!grid || !view) return;
    const bucket = fittingWidth((view.to - view.from) / (1 + MARGIN));
    const isElsewhere = view.to < grid.start || view.from > endOf(grid);
    if (bucket !== grid.bucket || isElsewhere) {
      replace(view, bucket);
      return;
    }
    const slight = SLIGHT * widthOf(grid);
    const isLeft = view.from < grid.start - slight && grid.start > oldest;
    const isRight = view.to > endOf(grid) + slight && endOf(grid) + widthOf(grid) <= now();
    if (isLeft || isRight) extend(grid, view);
  }

  function catchUp(): void {
    isBehind = questions.isBusy();
    if (!grid || !view || !isNewest || isBehind) return;
    const known = grid;
    const width = widthOf(known);
    const to = now();
    const follows = isAtEnd();
    if (to - endOf(known) > MOST_MISSED * width) {
      // As after a night asleep: all anew is less than what was missed.
      isNewest = false;
      if (follows) view = endView(view);
      if (chosen) choose(chosen);
      else replace(view, known.bucket);
      return;
    }
    // The newest bucket that is there was not over yet, and the one before it may have got late samples.
    const from = Math.max(known.start, endOf(known) - 2 * width);
    questions.askQuietly({ from, to, bucket: known.bucket }, (history) => {
      if (grid !== known || !view) return;
      const joined = joinGrids(known, gridOf(history));
      const shift = follows ? Math.max(0, endOf(joined) - endOf(known)) : 0;
      const looked = { from: view.from + shift, to: view.to + shift };
      show(cutGrid(joined, { from: Math.min(known.start + shift, looked.from), to: endOf(joined) }), looked);
    });
  }

  return {
    choose,
    view(looked) {
      const bound = boundView(looked, oldest, now());
      view = bound;
      chosen = undefined;
      pictured = undefined;
      tell();
      clearTimeout(resting);
      resting = setTimeout(settle, REST);
      return bound;
    },
    catchUp,
    retry: questions.repeat,
    seen: () => view,
    toEnd: () => view && endView(view),
    end() {
      clearTimeout(resting);
      questions.end();
    },
  };
}
