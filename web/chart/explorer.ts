import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import { now } from '../feed/clock.ts';
import { boundView } from './bounds.ts';
import { cutGrid, endOf, type Grid, gridOf, joinGrids, type View, widthOf } from './drawing/grid.ts';
import { createHistoryRequests, type Trouble } from './history-requests.ts';
import { RANGES, type RangeName } from './ranges.ts';
import { fittingWidth } from './widths.ts';

export interface ExplorerListener {
  /** Draw a new grid with this view. */
  show(grid: Grid, view: View): void;
  trouble(trouble: Trouble): void;
  /** The chosen range, until the user moves the view, and whether the newest bucket is visible. */
  state(state: { range: RangeName | undefined; isAtEnd: boolean }): void;
}

/** Decides which buckets to show, and fetches them as the view changes. */
export interface Explorer {
  choose(range: RangeName): void;
  /** The user moved the view. Returns it within its bounds. */
  view(view: View): View;
  /** Fetches what is newer. */
  catchUp(): void;
  retry(): void;
  currentView(): View | undefined;
  /** A view of the same span that ends now. */
  toEnd(): View | undefined;
  end(): void;
}

/** Empty space beside the newest bucket, as a share of the view. */
const MARGIN = 0.015;
/** Fetches wait until the view has been still for this long. */
const SETTLE_MS = 120;
/** If more cells than this were missed, the whole grid is fetched again. */
const MAX_MISSED_CELLS = 600;
/** Above this, cells far from the view are dropped. */
const MAX_CELLS = 4000;
/** The first Bitcoin block. */
const BEGINNING = Date.UTC(2009, 0, 3);
/** In cells: smaller differences come from rounding. */
const TOLERANCE = 0.75;

/** A view of the same span that ends now. */
function endView({ from, to }: View): View {
  const end = now();
  const span = (to - from) / (1 + MARGIN);
  return { from: end - span, to: end + span * MARGIN };
}

export function createExplorer(listener: ExplorerListener): Explorer {
  const requests = createHistoryRequests((trouble) => {
    // The chart still shows the previous range, so that button stays pressed.
    if (trouble === 'failing') {
      chosen = displayed;
      notify();
    }
    listener.trouble(trouble);
  });
  let grid: Grid | undefined;
  let view: View | undefined;
  let chosen: RangeName | undefined;
  /** The range on display, which lags behind the chosen one until the data arrive. */
  let displayed: RangeName | undefined;
  /** Start of the oldest data, once known. */
  let oldest = BEGINNING;
  let settling: ReturnType<typeof setTimeout> | undefined;
  /** Whether the grid reached the present when it was fetched. */
  let isNewest = false;
  /** A newer sample arrived during another request. */
  let isBehind = false;

  const isAtEnd = (): boolean => isNewest && !!grid && !!view && view.to >= endOf(grid) - widthOf(grid);
  const notify = (): void => listener.state({ range: chosen, isAtEnd: isAtEnd() });

  function show(newGrid: Grid, newView: View): void {
    grid = newGrid;
    view = newView;
    listener.show(newGrid, newView);
    notify();
    if (isBehind) catchUp();
  }

  function choose(range: RangeName): void {
    chosen = range;
    clearTimeout(settling);
    notify();
    const to = now();
    const span = RANGES[range];
    const request =
      range === 'all'
        ? ({ from: 'oldest', to, bucket: 'auto' } as const)
        : { from: to - span, to, bucket: fittingWidth(span) };
    requests.fetch(request, (history) => {
      const fetched = gridOf(history);
      if (range === 'all') oldest = fetched.start;
      const from = range === 'all' ? fetched.start : to - span;
      isNewest = true;
      chosen = range;
      displayed = range;
      show(fetched, { from, to: to + (to - from) * MARGIN });
    });
  }

  /** Fetches a new grid with another bucket width. */
  function replace({ from, to }: View, bucket: WidthName): void {
    const start = Math.max(oldest, from);
    const end = Math.min(to, now());
    if (start >= end) return;
    requests.fetch({ from: start, to: end, bucket }, (history, reachesNow) => {
      isNewest = reachesNow;
      show(gridOf(history), view ?? { from, to });
    });
  }

  /** Fetches what is missing on one side, and a screen more. */
  function extend(known: Grid, { from, to }: View): void {
    const span = to - from;
    const isLeft = from < known.start;
    const end = isLeft ? known.start : Math.min(to + span, now());
    const start = isLeft ? Math.max(oldest, from - span) : endOf(known);
    if (end - start < widthOf(known)) return;
    requests.fetch({ from: start, to: end, bucket: known.bucket }, (history, reachesNow) => {
      // Only wider buckets remain there, so the whole view gets them.
      if (history.bucket !== known.bucket) return replace(view ?? { from, to }, history.bucket);
      isNewest ||= reachesNow;
      const joined = joinGrids(known, gridOf(history));
      const visible = view ?? { from, to };
      const near = { from: visible.from - 2 * span, to: visible.to + 2 * span };
      const isLong = joined.cells.length > MAX_CELLS;
      isNewest &&= !isLong || near.to >= endOf(joined);
      show(isLong ? cutGrid(joined, near) : joined, visible);
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
    const tolerance = TOLERANCE * widthOf(grid);
    const isLeft = view.from < grid.start - tolerance && grid.start > oldest;
    const isRight = view.to > endOf(grid) + tolerance && endOf(grid) + widthOf(grid) <= now();
    if (isLeft || isRight) extend(grid, view);
  }

  function catchUp(): void {
    isBehind = requests.isBusy();
    if (!grid || !view || !isNewest || isBehind) return;
    const known = grid;
    const width = widthOf(known);
    const to = now();
    const follows = isAtEnd();
    if (to - endOf(known) > MAX_MISSED_CELLS * width) {
      // After a long sleep, a new grid is smaller than what was missed.
      isNewest = false;
      if (follows) view = endView(view);
      if (chosen) choose(chosen);
      else replace(view, known.bucket);
      return;
    }
    // The newest known bucket was in progress, and the one before may have received late samples.
    const from = Math.max(known.start, endOf(known) - 2 * width);
    requests.fetchQuietly({ from, to, bucket: known.bucket }, (history) => {
      if (grid !== known || !view) return;
      const joined = joinGrids(known, gridOf(history));
      const shift = follows ? Math.max(0, endOf(joined) - endOf(known)) : 0;
      const visible = { from: view.from + shift, to: view.to + shift };
      show(
        cutGrid(joined, { from: Math.min(known.start + shift, visible.from), to: endOf(joined) }),
        visible,
      );
    });
  }

  return {
    choose,
    view(visible) {
      const bound = boundView(visible, oldest, now());
      view = bound;
      chosen = undefined;
      displayed = undefined;
      notify();
      clearTimeout(settling);
      settling = setTimeout(settle, SETTLE_MS);
      return bound;
    },
    catchUp,
    retry: requests.repeat,
    currentView: () => view,
    toEnd: () => view && endView(view),
    end() {
      clearTimeout(settling);
      requests.end();
    },
  };
}
