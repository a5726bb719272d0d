import { ColorType, CrosshairMode, createChartEx, type IChartApiBase, type Time } from 'lightweight-charts';
import type { Figures } from '../../words/figures.ts';
import { readColors } from './colors.ts';
import type { Drawing, DrawingListener } from './drawing.ts';
import { areAlike, type Grid, timeAt, type View, widthOf } from './grid.ts';
import { createPanes } from './panes.ts';
import { createTimeAxis } from './time-axis.ts';

/** As a share of the page's text size. */
const SMALL = 0.75;
/** As a share of the text size: half as wide, and some space. */
const HALF_LETTER = 0.32;
/** In cells: smaller differences come from rounding. */
const SLIGHT = 0.01;
/** Milliseconds after a touch. */
const BY_HAND = 1500;
/** Text size that line widths are designed for, in pixels. */
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
  /** Whether a label fits between the edges: a truncated time would look like another one. */
  function hasRoom(time: Time, label: string): boolean {
    const place = scale.timeToCoordinate(time);
    const half = label.length * chart.options().layout.fontSize * HALF_LETTER;
    return place === null || (place >= half && place <= scale.width() - half);
  }
  const panes = createPanes(chart, () => ({ figures, locale }));
  // Screen readers get the readout and the table instead.
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

  // A cell's centre is at its index, so its start is half a cell before.
  const toLogical = ({ from, to }: View, { start }: Grid) => ({
    from: (from - start) / width() - 0.5,
    to: (to - start) / width() - 0.5,
  });
  /** After the user lets go, kinetic scrolling continues for a while. */
  let moved = Number.NEGATIVE_INFINITY;
  const touch = (): void => {
    moved = performance.now();
  };
  for (const name of ['pointerdown', 'pointermove', 'pointerup', 'touchmove', 'wheel']) {
    element.addEventListener(name, touch, { passive: true });
  }
  let visible: View | undefined;
  /** Set while the code, not the user, moves the chart. */
  let isOwn = false;
  const setView = (view: View): void => {
    visible = view;
    if (!grid) return;
    const wasOwn = isOwn;
    isOwn = true;
    scale.setVisibleLogicalRange(toLogical(view, grid));
    // Reading the range makes the library report the move now rather than with its next frame.
    scale.getVisibleLogicalRange();
    isOwn = wasOwn;
  };
  scale.subscribeVisibleLogicalRangeChange((range) => {
    if (!range || !grid || isOwn || performance.now() - moved > BY_HAND) return;
    const view = { from: timeAt(grid, range.from + 0.5), to: timeAt(grid, range.to + 0.5) };
    if (visible && areAlike(visible, view, width() * SLIGHT)) return;
    visible = view;
    const bound = listener.view(view);
    if (!areAlike(bound, view, width() * SLIGHT)) setView(bound);
    point();
  });
  /** The pointer's position, in pixels. */
  let pointer: number | undefined;
  /** The cell under a resting pointer changes when the chart moves. */
  function point(): void {
    if (pointer === undefined) return;
    const logical = scale.coordinateToLogical(pointer);
    listener.point(
      logical !== null && logical >= 0 && logical < (grid?.cells.length ?? 0) ? logical : undefined,
    );
  }
  chart.subscribeCrosshairMove(({ point: place, sourceEvent }) => {
    // Otherwise `mark` moved it, not the pointer.
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

  // Resizing would otherwise change the visible time range.
  const sizes = new ResizeObserver(() => {
    if (visible) setView(visible);
  });
  sizes.observe(element);

  return {
    show(newGrid, view, asOf) {
      if (grid?.bucket !== newGrid.bucket && pointer === undefined) chart.clearCrosshairPosition();
      grid = newGrid;
      isOwn = true;
      panes.show(newGrid, view, asOf);
      setView(view);
      isOwn = false;
      point();
    },
    setView,
    shade: panes.shade,
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
        hasPrice ? panes.price : panes.sentiment,
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
