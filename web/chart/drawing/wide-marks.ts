import type { IPriceLine, ISeriesApi, Time } from 'lightweight-charts';
import type { Colors } from './colors.ts';

export interface WideMarks {
  /** Marks each power of ten between two prices; `undefined` removes all marks. */
  show(range: { lowest: number; highest: number } | undefined): void;
  recolor(colors: Pick<Colors, 'line' | 'label' | 'labelGround'>): void;
}

/** Marks for a logarithmic scale. The library's own are at equal steps, which crowd at the top. */
export function createWideMarks(series: ISeriesApi<'Custom', Time>): WideMarks {
  let marks: IPriceLine[] = [];
  let look = {};
  return {
    show(range) {
      for (const mark of marks) series.removePriceLine(mark);
      marks = [];
      if (!range) return;
      const last = Math.floor(Math.log10(range.highest));
      for (let power = Math.ceil(Math.log10(range.lowest)); power <= last; power += 1) {
        marks.push(series.createPriceLine({ price: 10 ** power, lineWidth: 1, lineStyle: 0, ...look }));
      }
    },
    recolor({ line, label, labelGround }) {
      look = { color: line, axisLabelColor: labelGround, axisLabelTextColor: label };
      for (const mark of marks) mark.applyOptions(look);
    },
  };
}
