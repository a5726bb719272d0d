import {
  type CustomSeriesOptions,
  customSeriesDefaultOptions,
  type ICustomSeriesPaneView,
  type PaneRendererCustomData,
  type Time,
} from 'lightweight-charts';
import { type Cell, pixelsPerMillisecond } from '../cell.ts';
import { usualDistance } from './gaps.ts';

export interface SentimentBarsOptions extends CustomSeriesOptions {
  readonly negativeColor: string;
  readonly zeroColor: string;
}

/** As a share of the cell's width, or of the usual distance if that is larger. */
const PART = 0.72;
/** Pixels: a lone bar may exceed its cell up to this width, to be visible. */
const SEEN = 4;
/** Pixels: narrower bars have no room for an outline. */
const OUTLINED = 4;

/** The mean sentiment as bars from zero. A bucket in progress is outlined. */
export function createSentimentBars(): ICustomSeriesPaneView<Time, Cell, SentimentBarsOptions> {
  let data: PaneRendererCustomData<Time, Cell> | undefined;
  let options: SentimentBarsOptions | undefined;
  let usual: number | undefined;
  return {
    renderer: () => ({
      draw(target, toPlace) {
        const range = data?.visibleRange;
        const zero = toPlace(0);
        if (!data || !options || !range || zero === null) return;
        const { bars, barSpacing } = data;
        const between = (usual ?? 0) * pixelsPerMillisecond(data);
        const { color, negativeColor, zeroColor } = options;
        target.useBitmapCoordinateSpace(
          ({ context, bitmapSize, horizontalPixelRatio, verticalPixelRatio }) => {
            const base = Math.round(zero * verticalPixelRatio);
            context.fillStyle = zeroColor;
            context.fillRect(0, base, bitmapSize.width, Math.max(1, Math.floor(verticalPixelRatio)));
            const room = Math.max(barSpacing, Math.min(between, SEEN / PART));
            const width = Math.max(1, Math.floor(room * PART * horizontalPixelRatio));
            for (const { x, originalData } of bars.slice(range.from, range.to)) {
              const sentiment = originalData.bucket?.sentiment ?? undefined;
              const y = sentiment === undefined ? null : toPlace(sentiment);
              if (sentiment === undefined || y === null) continue;
              const left = Math.round(x * horizontalPixelRatio - width / 2);
              const end = Math.round(y * verticalPixelRatio);
              // A sentiment of zero must be visible too.
              const height = end === base ? Math.ceil(verticalPixelRatio) : end - base;
              const barColor = sentiment < 0 ? negativeColor : color;
              if (originalData.isIncomplete && width >= OUTLINED) {
                context.strokeStyle = barColor;
                context.lineWidth = Math.max(1, Math.floor(horizontalPixelRatio));
                context.strokeRect(left + 0.5, base + 0.5, width - 1, height);
              } else {
                context.fillStyle = barColor;
                context.fillRect(left, base, width, height);
              }
            }
          },
        );
      },
    }),
    update(newData, newOptions) {
      data = newData;
      usual = usualDistance(newData.bars.map(({ originalData: { start } }) => start));
      options = newOptions;
    },
    priceValueBuilder: ({ bucket }) => [bucket?.sentiment ?? 0],
    isWhitespace: (cell): cell is never => !('bucket' in cell),
    defaultOptions: () => ({
      ...customSeriesDefaultOptions,
      lastValueVisible: false,
      priceLineVisible: false,
      negativeColor: '#888',
      zeroColor: '#ccc',
    }),
  };
}
