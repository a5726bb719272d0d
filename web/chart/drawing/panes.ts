import { type IChartApiBase, PriceScaleMode, type Time } from 'lightweight-charts';
import type { Figures } from '../../words/figures.ts';
import { cellsOf } from '../cell.ts';
import type { Colors } from './colors.ts';
import type { Grid, View } from './grid.ts';
import { createLitShade } from './lit-shade.ts';
import { createPriceLine } from './price-line.ts';
import { priceMarks } from './price-marks.ts';
import { sentimentLimit, widenedRange, wideRange } from './scales.ts';
import { createSentimentBars } from './sentiment-bars.ts';
import { createWideMarks } from './wide-marks.ts';

/** Shares of the height: price, sentiment. */
const PANES = [3, 1] as const;
/** US dollars. Bitcoin once cost less than a dollar. */
const LEAST_STEP = 0.000_001;

type Range = { priceRange: { minValue: number; maxValue: number } | null } | null;

/** The chart's two panes, price and sentiment, each with its scale. */
export function createPanes(chart: IChartApiBase<Time>, spoken: () => { figures: Figures; locale: string }) {
  let size = 1;
  let isWide = false;
  const priceFormat = {
    type: 'custom',
    minMove: LEAST_STEP,
    formatter: (value: number) => spoken().figures.price(value),
    tickmarksFormatter: (values: readonly number[]) =>
      isWide ? values.map(() => '') : priceMarks(values, spoken().locale),
  } as const;
  const sentimentFormat = {
    type: 'custom',
    minMove: 0.01,
    formatter: (value: number) => spoken().figures.sentiment(value),
    // Its ends and middle are labelled instead.
    tickmarksFormatter: (values: readonly number[]) => values.map(() => ''),
  } as const;
  const price = chart.addCustomSeries(createPriceLine(), {
    priceFormat,
    autoscaleInfoProvider(original: () => Range) {
      const range = original()?.priceRange;
      return range ? { priceRange: widenedRange(range) } : null;
    },
  });
  const sentiment = chart.addCustomSeries(
    createSentimentBars(),
    {
      priceFormat: sentimentFormat,
      autoscaleInfoProvider: () => ({ priceRange: { minValue: -size, maxValue: size } }),
    },
    1,
  );
  const litShade = createLitShade(chart, price);
  const wideMarks = createWideMarks(price);
  price.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.06 } });
  sentiment.priceScale().applyOptions({ scaleMargins: { top: 0.14, bottom: 0.14 } });
  const ends = [1, 0, -1].map((side) => ({
    side,
    line: sentiment.createPriceLine({ price: side, lineVisible: false }),
  }));
  for (const [index, factor] of PANES.entries()) chart.panes()[index]?.setStretchFactor(factor);

  return {
    price,
    sentiment,
    shade: litShade.show,
    show(grid: Grid, view: View, asOf: number): void {
      size = sentimentLimit(grid);
      for (const { side, line } of ends) line.applyOptions({ price: side * size });
      const wide = wideRange(grid, view);
      isWide = wide !== undefined;
      wideMarks.show(wide);
      chart.applyOptions({ grid: { horzLines: { visible: !isWide } } });
      const mode = isWide ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal;
      price.priceScale().applyOptions({ mode });
      price.setData(cellsOf(grid, asOf, 'price'));
      sentiment.setData(cellsOf(grid, asOf, 'sentiment'));
    },
    /** @param lineSize line width relative to that beside 16-pixel text. */
    recolor(colors: Colors, lineSize: number): void {
      const { ground, ink, line, ember, ash, label, labelGround } = colors;
      litShade.recolor(ember);
      wideMarks.recolor(colors);
      price.applyOptions({ color: ink, ground, size: lineSize });
      for (const { line: end } of ends) {
        end.applyOptions({ axisLabelColor: labelGround, axisLabelTextColor: label });
      }
      sentiment.applyOptions({ color: ember, negativeColor: ash, zeroColor: line });
    },
    /** Call after a change of language. */
    speak(): void {
      price.applyOptions({ priceFormat });
      sentiment.applyOptions({ priceFormat: sentimentFormat });
    },
  };
}
