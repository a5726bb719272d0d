import { ColorType, CrosshairMode, createChartEx, type IChartApiBase, type Time } from 'lightweight-charts';
import type { Figures } from '../words/figures.ts';
import { cellsOf } from './cell.ts';
import { readColors } from './colors.ts';
import { areAlike, type Grid, timeAt, type View, widthOf } from './grid.ts';
import { createMoodBars } from './mood-bars.ts';
import { createPriceLine } from './price-line.ts';
import { createTimeAxis } from './time-axis.ts';

export interface DrawingListener {
  /** What is looked at was moved by hand. */
  view(view: View): void;
  /** The cell under the pointer; `undefined` where it has left. */
  point(index: number | undefined): void;
}

/** The chart as it is drawn: it knows nothing of where the buckets come from. */
export interface Drawing {
  /** @param asOf the newest sample's time, in epoch milliseconds: what ends later is not over. */
  show(grid: Grid, view: View, asOf: number): void;
  look(view: View): void;
  /** Puts the crosshair on a cell, or away. */
  mark(index: number | undefined): void;
  speak(figures: Figures, locale: string): void;
  /** Whether the wheel zooms the chart, or scrolls the page. */
  takeWheel(isTaken: boolean): void;
  recolor(): void;
  remove(): void;
}

/** Of the height: price, mood. */
const PANES = [3, 1] as const;
/** Of the page's letters. */
const SMALL = 0.75;
/** Of a cell: what only rounding makes. */
const SLIGHT = 0.01;
/** After a touch of the hand, in milliseconds. */
const BY_HAND = 1500;
/** The least size of the mood's scale, on both sides of zero. */
const LEAST_MOOD = 0.1;

export function createDrawing(
  element: HTMLElement,
  firstFigures: Figures,
  listener: DrawingListener,
): Drawing {
  let figures = firstFigures;
  let grid: Grid | undefined;
  const width = () => (grid ? widthOf(grid) : 0);

  const chart: IChartApiBase<Time> = createChartEx(
    element,
    createTimeAxis(width, () => figures),
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
  const priceFormat = {
    type: 'custom',
    minMove: 0.01,
    formatter: (value: number) => figures.price(value),
    tickmarksFormatter: (values: readonly number[]) => {
      const rough = values.map(figures.price);
      // Marks that lie closer than a dollar have cents.
      return new Set(rough).size < values.length ? values.map(figures.exactPrice) : rough;
    },
  } as const;
  const moodFormat = {
    type: 'custom',
    minMove: 0.01,
    formatter: (value: number) => figures.mood(value),
  } as const;
  const price = chart.addCustomSeries(createPriceLine(), { priceFormat });
  const mood = chart.addCustomSeries(
    createMoodBars(),
    {
      priceFormat: moodFormat,
      autoscaleInfoProvider(
        original: () => { priceRange: { minValue: number; maxValue: number } | null } | null,
      ) {
        const range = original()?.priceRange;
        const size = Math.max(LEAST_MOOD, -(range?.minValue ?? 0), range?.maxValue ?? 0);
        return { priceRange: { minValue: -size, maxValue: size } };
      },
    },
    1,
  );
  price.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.06 } });
  mood.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.08 } });
  for (const [index, factor] of PANES.entries()) chart.panes()[index]?.setStretchFactor(factor);
  // It is told in another way to those who do not see it.
  for (const canvas of element.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true');

  function recolor(): void {
    const { ground, ink, soft, line, band, ember, ash } = readColors(element);
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
    price.applyOptions({ color: ink, bandColor: band, ground });
    mood.applyOptions({ color: ember, gloomyColor: ash, zeroColor: line });
  }

  const scale = chart.timeScale();
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
  scale.subscribeVisibleLogicalRangeChange((range) => {
    if (!range || !grid || performance.now() - moved > BY_HAND) return;
    const view = { from: timeAt(grid, range.from + 0.5), to: timeAt(grid, range.to + 0.5) };
    if (looked && areAlike(looked, view, width() * SLIGHT)) return;
    looked = view;
    listener.view(view);
  });
  chart.subscribeCrosshairMove(({ logical, sourceEvent }) => {
    // Else it was moved by `mark`, and by nobody's pointer.
    if (sourceEvent) listener.point(logical !== undefined && grid?.cells[logical] ? logical : undefined);
  });
  element.addEventListener('pointerleave', () => listener.point(undefined));
  recolor();

  const look = (view: View): void => {
    looked = view;
    if (grid) scale.setVisibleLogicalRange(toLogical(view, grid));
  };
  // A chart of another size would show another time.
  const sizes = new ResizeObserver(() => {
    if (looked) look(looked);
  });
  sizes.observe(element);

  return {
    show(newGrid, view, asOf) {
      if (grid?.bucket !== newGrid.bucket) chart.clearCrosshairPosition();
      grid = newGrid;
      price.setData(cellsOf(newGrid, asOf, 'price'));
      mood.setData(cellsOf(newGrid, asOf, 'sentiment'));
      look(view);
    },
    look,
    mark(index) {
      const value =
        grid && index !== undefined ? (grid.cells[index]?.price ?? grid.cells[index]?.sentiment) : null;
      const hasPrice = grid?.cells[index ?? -1]?.price != null;
      if (!grid || index === undefined || value == null) return chart.clearCrosshairPosition();
      chart.setCrosshairPosition(value, (timeAt(grid, index) / 1000) as Time, hasPrice ? price : mood);
    },
    speak(newFigures, locale) {
      figures = newFigures;
      chart.applyOptions({ localization: { locale } });
      price.applyOptions({ priceFormat });
      mood.applyOptions({ priceFormat: moodFormat });
    },
    takeWheel: (isTaken) => chart.applyOptions({ handleScale: { mouseWheel: isTaken } }),
    recolor,
    remove() {
      sizes.disconnect();
      chart.remove();
    },
  };
}
