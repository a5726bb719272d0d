import { ColorType, CrosshairMode, createChartEx, type IChartApiBase, type Time } from 'lightweight-charts';
import type { Figures } from '../../words/figures.ts';
import { readColors } from './colors.ts';
import { areAlike, type Grid, timeAt, type View, widthOf } from './grid.ts';
import { createPanes } from './panes.ts';
import { createTimeAxis } from './time-axis.ts';

export interface DrawingListener {
  /** What is looked at was moved by hand. Returns what may be looked at of it. */
  view(view: View): View;
  /** The cell under the pointer, with data or without; `undefined` where it has left. */
  point(index: number | undefined): void;
}

/** The chart as it is drawn: it knows nothing of where the buckets come from. */
export interface Drawing {
  /** @param asOf the newest sample's time, in epoch milliseconds: what ends later is not over. */
  show(grid: Grid, view: View, asOf: number): void;
  look(view: View): void;
  /** What a hand began to move goes on no longer. */
  halt(): void;
  /** Puts the crosshair on a cell, or away, wherever the pointer rests. */
  mark(index: number | undefined): void;
  speak(figures: Figures, locale: string): void;
  /** Whether the wheel zooms the chart, or scrolls the page. */
  takeWheel(isTaken: boolean): void;
  recolor(): void;
  remove(): void;
}

/** Of the page's letters. */
const SMALL = 0.75;
/** Of a letter's height: half as wide, and some air. */
const HALF_LETTER = 0.32;
/** Of a cell: what only rounding makes. */
const SLIGHT = 0.01;
/** After a touch of the hand, in milliseconds. */
const BY_HAND = 1500;
/** The size of letters that lines are drawn for, in pixels. */
const LETTERS = 16;

export function createDrawing(
  element: HTMLElement,
  firstFigures: Figures,
  firstLocale: string,
  listener: DrawingListener,
): Drawing {
  let figures = firstFigures;
  let locale = firstLocale;
  let grid: Grid | undefined;
  const width = () => (grid ? widthOf(grid) : 0);

  const chart: IChartApiBase<Time> = createChartEx(
    element,
    createTimeAxis(width, () => figures, hasRoom),
    {
      autoSize: true,
      layout: { attributionLogo: false, panes: { enableResize: false } },
      crosshair: { mode: CrosshairMode.Magnet },
      timeScale: {
        timeVisible: true,
        minBarSpacing: 0.05,
        rightOffset: 0,
        shiftVisibleRangeOnNewBar: false,
      },
      rightPriceScale: { borderVisible: false, entireTextOnly: true },
      handleScroll: { mouseWheel: false, vertTouchDrag: false },
      handleScale: { mouseWheel: false, axisPressedMouseMove: { price: false, time: true } },
    },
  );
  const scale = chart.timeScale();
  /** Whether a label fits between the edges: half a time would be read as another one. */
  function hasRoom(time: Time, label: string): boolean {
    const place = scale.timeToCoordinate(time);
    const half = label.length * chart.options().layout.fontSize * HALF_LETTER;
    return place === null || (place >= half && place <= scale.width() - half);
  }
  const panes = createPanes(chart, () => ({ figures, locale }));
  // It is told in another way to those who do not see it.
  for (const table of element.querySelectorAll('table')) table.setAttribute('role', 'presentation');
  for (const canvas of element.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true');

  function recolor(): void {
    const colors = readColors(element);
    const { ground, ink, soft, line } = colors;
    const { fontFamily, fontSize } = getComputedStyle(element);
    const mark = { color: soft, labelBackgroundColor: ink };
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: ground },
        textColor: soft,
        fontFamily,
        fontSize: Math.round(Number.parseFloat(fontSize) * SMALL),
        panes: { separatorColor: line, separatorHoverColor: line },
      },
      grid: { vertLines: { visible: false }, horzLines: { color: line } },
      crosshair: { vertLine: { ...mark, labelVisible: false }, horzLine: mark },
      timeScale: { borderColor: line },
    });
    const letters = Number.parseFloat(getComputedStyle(element.ownerDocument.documentElement).fontSize);
    panes.recolor(colors, letters / LETTERS);
  }

  // A cell's middle is drawn at its index, and its time begins half a cell before that.
  const toLogical = ({ from, to }: View, { start }: Grid) => ({
    from: (from - start) / width() - 0.5,
    to: (to - start) / width() - 0.5,
  });
  /** What moves by hand goes on moving for a while. */
  let moved = Number.NEGATIVE_INFINITY;
  const touch = (): void => {
    moved = performance.now();
  };
  for (const name of ['pointerdown', 'pointermove', 'pointerup', 'touchmove', 'wheel']) {
    element.addEventListener(name, touch, { passive: true });
  }
  let looked: View | undefined;
  /** The chart is moved from here, which is no hand. */
  let isOwn = false;
  const look = (view: View): void => {
    looked = view;
    if (!grid) return;
    const wasOwn = isOwn;
    isOwn = true;
    scale.setVisibleLogicalRange(toLogical(view, grid));
    // Asked for, so that the chart tells of the move now, and not with its next picture.
    scale.getVisibleLogicalRange();
    isOwn = wasOwn;
  };
  scale.subscribeVisibleLogicalRangeChange((range) => {
    if (!range || !grid || isOwn || performance.now() - moved > BY_HAND) return;
    const view = { from: timeAt(grid, range.from + 0.5), to: timeAt(grid, range.to + 0.5) };
    if (looked && areAlike(looked, view, width() * SLIGHT)) return;
    looked = view;
    const bound = listener.view(view);
    if (!areAlike(bound, view, width() * SLIGHT)) look(bound);
    point();
  });
  /** Where the pointer rests, in pixels. */
  let pointer: number | undefined;
  /** What lies under the pointer changes without it, too. */
  function point(): void {
    if (pointer === undefined) return;
    const logical = scale.coordinateToLogical(pointer);
    listener.point(
      logical !== null && logical >= 0 && logical < (grid?.cells.length ?? 0) ? logical : undefined,
    );
  }
  chart.subscribeCrosshairMove(({ point: place, sourceEvent }) => {
    // Else it was moved by `mark`, and by nobody's pointer.
    if (!sourceEvent) return;
    pointer = place?.x;
    if (place) point();
    else listener.point(undefined);
  });
  element.addEventListener('pointerleave', () => {
    pointer = undefined;
    listener.point(undefined);
  });
  recolor();

  // A chart of another size would show another time.
  const sizes = new ResizeObserver(() => {
    if (looked) look(looked);
  });
  sizes.observe(element);

  return {
    show(newGrid, view, asOf) {
      if (grid?.bucket !== newGrid.bucket && pointer === undefined) chart.clearCrosshairPosition();
      grid = newGrid;
      isOwn = true;
      panes.show(newGrid, view, asOf);
      look(view);
      isOwn = false;
      point();
    },
    look,
    halt() {
      moved = Number.NEGATIVE_INFINITY;
    },
    mark(index) {
      pointer = undefined;
      const value =
        grid && index !== undefined ? (grid.cells[index]?.price ?? grid.cells[index]?.sentiment) : null;
      const hasPrice = grid?.cells[index ?? -1]?.price != null;
      if (!grid || index === undefined || value == null) return chart.clearCrosshairPosition();
      chart.setCrosshairPosition(
        value,
        (timeAt(grid, index) / 1000) as Time,
        hasPrice ? panes.price : panes.mood,
      );
    },
    speak(newFigures, newLocale) {
      figures = newFigures;
      locale = newLocale;
      chart.applyOptions({ localization: { locale } });
      panes.speak();
    },
    takeWheel: (isTaken) => chart.applyOptions({ handleScale: { mouseWheel: isTaken } }),
    recolor,
    remove() {
      sizes.disconnect();
      chart.remove();
    },
  };
}
