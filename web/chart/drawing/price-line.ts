import {
  type CustomSeriesOptions,
  customSeriesDefaultOptions,
  type ICustomSeriesPaneView,
  type PaneRendererCustomData,
  type Time,
} from 'lightweight-charts';
import { type Cell, pixelsPerMillisecond } from '../cell.ts';
import { leastGap, usualDistance } from './gaps.ts';

export interface PriceLineOptions extends CustomSeriesOptions {
  readonly ground: string;
  /** The text size relative to 16 pixels. */
  readonly size: number;
}

type Data = PaneRendererCustomData<Time, Cell>;
type ToPlace = (price: number) => number | null;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly isIncomplete: boolean;
}

/** Distance in cells between adjacent centres: 1, except for rounding. */
const GAP = 1.5;
const LINE = 2;
const DOT = 3.5;
/** Opacity of the band between the lowest and the highest price. */
const BAND = 0.16;

/**
 * Runs of adjacent cells. Nothing is drawn in the gap between two runs. The library omits cells without data, so
 * gaps show only in the positions.
 */
function runsOf(data: Data, usual: number | undefined, toPlace: ToPlace): Point[][] {
  const { bars, visibleRange, barSpacing } = data;
  const runs: Point[][] = [];
  let run: Point[] | undefined;
  let before = { x: 0, start: 0 };
  // The library updates positions only in view; extrapolate those outside.
  const left = bars[visibleRange?.from ?? 0];
  if (!left) return runs;
  const scale = pixelsPerMillisecond(data);
  const xAt = (start: number): number => left.x + (start - left.originalData.start) * scale;
  const most = leastGap(usual);
  // One more on each side, so that the line reaches the edges.
  const first = Math.max(0, (visibleRange?.from ?? 0) - 1);
  const last = Math.min(bars.length, (visibleRange?.to ?? 0) + 1);
  for (let index = first; index < last; index += 1) {
    const bar = bars[index];
    const { bucket, isIncomplete } = bar?.originalData ?? {};
    const place = (price: number | null | undefined) =>
      price === null || price === undefined ? null : toPlace(price);
    const y = place(bucket?.price);
    if (!bar || y === null) continue;
    const { start } = bar.originalData;
    const isSeen = index >= (visibleRange?.from ?? 0) && index < (visibleRange?.to ?? 0);
    if (!isSeen && scale === 0) continue;
    const x = isSeen ? bar.x : xAt(start);
    const isGap = x - before.x > barSpacing * GAP && start - before.start > most;
    before = { x, start };
    if (!run || isGap) {
      run = [];
      runs.push(run);
    }
    const low = place(bucket?.price_min) ?? y;
    run.push({ x, y, low, high: place(bucket?.price_max) ?? y, isIncomplete: isIncomplete === true });
  }
  return runs;
}

function drawBand(context: CanvasRenderingContext2D, run: readonly Point[]): void {
  context.beginPath();
  for (const { x, high } of run) context.lineTo(x, high);
  for (const { x, low } of run.toReversed()) context.lineTo(x, low);
  context.fill();
}

function drawLine(context: CanvasRenderingContext2D, run: readonly Point[]): void {
  const stroke = (points: readonly Point[], dash: number[]) => {
    context.setLineDash(dash);
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
    context.stroke();
  };
  const open = run.findIndex(({ isIncomplete }) => isIncomplete);
  stroke(open < 0 ? run : run.slice(0, open), []);
  if (open > 0) stroke(run.slice(open - 1), [2, 3]);
  context.setLineDash([]);
}

function drawDot(
  context: CanvasRenderingContext2D,
  { x, y, isIncomplete }: Point,
  options: PriceLineOptions,
): void {
  context.beginPath();
  context.arc(x, y, DOT * options.size, 0, 2 * Math.PI);
  context.fillStyle = isIncomplete ? options.ground : options.color;
  context.fill();
  if (isIncomplete) context.stroke();
}

/** The mean price as a line and its extremes as a band. A bucket in progress is dashed and hollow. */
export function createPriceLine(): ICustomSeriesPaneView<Time, Cell, PriceLineOptions> {
  let data: Data | undefined;
  let options: PriceLineOptions | undefined;
  let usual: number | undefined;
  return {
    renderer: () => ({
      draw(target, toPlace) {
        if (!data || !options) return;
        const runs = runsOf(data, usual, toPlace);
        const styles = options;
        target.useMediaCoordinateSpace(({ context }) => {
          context.lineWidth = LINE * styles.size;
          context.lineJoin = 'round';
          context.lineCap = 'round';
          context.fillStyle = styles.color;
          context.globalAlpha = BAND;
          for (const run of runs) drawBand(context, run);
          context.globalAlpha = 1;
          context.strokeStyle = styles.color;
          for (const run of runs) {
            drawLine(context, run);
            const newest = run.at(-1);
            if (newest && (run.length === 1 || newest.isIncomplete)) drawDot(context, newest, styles);
          }
        });
      },
    }),
    update(newData, newOptions) {
      data = newData;
      usual = usualDistance(newData.bars.map(({ originalData: { start } }) => start));
      options = newOptions;
    },
    priceValueBuilder: ({ bucket }) => {
      const price = bucket?.price ?? 0;
      return [bucket?.price_min ?? price, bucket?.price_max ?? price, price];
    },
    isWhitespace: (cell): cell is never => !('bucket' in cell),
    defaultOptions: () => ({
      ...customSeriesDefaultOptions,
      lastValueVisible: false,
      priceLineVisible: false,
      ground: '#fff',
      size: 1,
    }),
  };
}
