import type {
  IChartApiBase,
  IPrimitivePaneRenderer,
  ISeriesApi,
  ISeriesPrimitive,
  Logical,
  Time,
} from 'lightweight-charts';
import type { LitShares } from '../lit-shares.ts';

/** How much of the colour a cell has in which every hour was lit. */
const OPACITY = 0.22;

export interface LitShade {
  show(shares: LitShares): void;
  recolor(color: string): void;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Joins neighbours with the same share, so that there are no seams between them. */
function runsOf(shares: LitShares): Run[] {
  const runs: Run[] = [];
  for (const [index, share] of shares.entries()) {
    if (!share) continue;
    const last = runs.at(-1);
    if (last?.to === index && last.share === share) runs[runs.length - 1] = { ...last, to: index + 1 };
    else runs.push({ from: index, to: index + 1, share });
  }
  return runs;
}

/** Shades the cells of lit hours behind the line of prices, the more the larger their share. */
export function createLitShade(chart: IChartApiBase<Time>, series: ISeriesApi<'Custom', Time>): LitShade {
  let runs: readonly Run[] = [];
  let shade = '';
  let update = (): void => undefined;
  const scale = chart.timeScale();

  const renderer: IPrimitivePaneRenderer = {
    draw(target) {
      // A cell's centre is at its index. The library places whole indices only.
      const centre = (index: number) => scale.logicalToCoordinate(index as Logical) ?? Number.NaN;
      const half = (centre(1) - centre(0)) / 2;
      const place = (index: number) => centre(index) - half;
      target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio }) => {
        context.fillStyle = shade;
        for (const { from, to, share } of runs) {
          const left = Math.round(place(from) * horizontalPixelRatio);
          const right = Math.round(place(to) * horizontalPixelRatio);
          if (!(right > 0 && left < bitmapSize.width)) continue;
          context.globalAlpha = OPACITY * share;
          context.fillRect(left, 0, Math.max(1, right - left), bitmapSize.height);
        }
        context.globalAlpha = 1;
      });
    },
  };
  const primitive: ISeriesPrimitive<Time> = {
    attached: ({ requestUpdate }) => {
      update = requestUpdate;
    },
    paneViews: () => [{ zOrder: () => 'bottom', renderer: () => renderer }],
  };
  series.attachPrimitive(primitive);
  return {
    show(shares) {
      runs = runsOf(shares);
      update();
    },
    recolor(color) {
      shade = color;
      update();
    },
  };
}
