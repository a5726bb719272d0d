import { useEffect, useRef, useState } from 'preact/hooks';
import { now } from '../feed/clock.ts';
import { watchTheme } from '../page/theme.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { around } from './bounds.ts';
import { BucketTable } from './bucket-table.tsx';
import { ChartFoot } from './chart-foot.tsx';
import type { Drawing } from './drawing/drawing.ts';
import { type Grid, indexAt, type View } from './drawing/grid.ts';
import { createExplorer, type Explorer } from './explorer.ts';
import type { Trouble } from './history-requests.ts';
import { steer } from './keyboard.ts';
import { createLitShares } from './lit-shares.ts';
import { PlotNotice } from './plot-notice.tsx';
import { RangeChoice } from './range-choice.tsx';
import type { RangeName } from './ranges.ts';
import { newestIndex, Readout } from './readout.tsx';

// Loaded in parallel, while the page renders without it.
const drawing = import('./drawing/chart.ts');

export interface ChartPanelProps {
  readonly words: Words;
  readonly figures: Figures;
  /** The newest sample's time, in epoch milliseconds; `undefined` if unknown. */
  readonly asOf: number | undefined;
}

/** What chart, readout and table display. */
interface Shown {
  readonly grid: Grid;
  readonly view: View;
}

export function ChartPanel({ words, figures, asOf }: ChartPanelProps) {
  const canvas = useRef<HTMLDivElement>(null);
  const explorer = useRef<Explorer | undefined>(undefined);
  const drawn = useRef<Drawing | undefined>(undefined);
  const [shown, setShown] = useState<Shown>();
  const [index, setIndex] = useState<number>();
  /** The readout's cell while nothing is pointed at: the newest visible one. */
  const [newest, setNewest] = useState<number>();
  const [isSpoken, setIsSpoken] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>('asking');
  const [{ range, isAtEnd }, setState] = useState<{ range: RangeName | undefined; isAtEnd: boolean }>({
    range: '24h',
    isAtEnd: true,
  });
  const latest = useRef({ asOf, figures, words, shown, index, isSpoken });
  latest.current = { asOf, figures, words, shown, index, isSpoken };

  useEffect(() => {
    let isOver = false;
    const litShares = createLitShares(
      () => (drawn.current ? latest.current.shown?.grid : undefined),
      (shares) => drawn.current?.shade(shares),
    );
    const exploring = createExplorer({
      show(grid, view) {
        const { asOf: newestTime, shown: before, index: read, isSpoken: byKeys } = latest.current;
        const same = before && read !== undefined ? indexAt(grid, before.grid, read) : undefined;
        setIndex(same);
        setNewest(newestIndex(grid, view));
        setShown({ grid, view });
        drawn.current?.show(grid, view, newestTime ?? now());
        if (byKeys) drawn.current?.mark(same);
        latest.current.shown = { grid, view };
        litShares.update();
      },
      trouble: setTrouble,
      state: setState,
    });
    explorer.current = exploring;
    exploring.choose('24h');
    let unwatch = (): void => undefined;
    void drawing.then(({ createDrawing }) => {
      if (isOver || !canvas.current) return;
      const {
        figures: known,
        words: { code },
      } = latest.current;
      const made = createDrawing(canvas.current, known, code, {
        view(moved) {
          const view = exploring.view(moved);
          const grid = latest.current.shown?.grid;
          if (grid) setNewest(newestIndex(grid, view));
          return view;
        },
        point(pointed) {
          setIsSpoken(false);
          setIndex(pointed);
        },
      });
      drawn.current = made;
      unwatch = watchTheme(made.recolor);
      // Redraw once the page's font has loaded.
      if (document.fonts.status === 'loading') void document.fonts.ready.then(() => isOver || made.recolor());
      const { shown: picture } = latest.current;
      if (picture) made.show(picture.grid, picture.view, latest.current.asOf ?? now());
      litShares.update();
    });
    return () => {
      isOver = true;
      unwatch();
      exploring.end();
      litShares.end();
      drawn.current?.remove();
    };
  }, []);

  useEffect(() => drawn.current?.speak(figures, words.code), [figures, words]);
  useEffect(() => {
    if (asOf !== undefined) explorer.current?.catchUp();
  }, [asOf]);

  function setView(view: View | undefined): void {
    const bound = view && explorer.current?.view(view);
    if (!bound) return;
    drawn.current?.setView(bound);
    if (shown) setNewest(newestIndex(shown.grid, bound));
  }

  function choose(name: RangeName): void {
    drawn.current?.halt();
    explorer.current?.choose(name);
  }

  function zoom(factor: number): void {
    const view = explorer.current?.currentView();
    if (!view) return;
    const span = (view.to - view.from) * factor;
    setView(isAtEnd ? { from: view.to - span, to: view.to } : around((view.from + view.to) / 2, span));
  }

  function handleKey(event: KeyboardEvent): void {
    const view = explorer.current?.currentView();
    if (!shown || !view) return;
    const step = steer(event, { grid: shown.grid, view, index });
    if (!step) return;
    event.preventDefault();
    if (step.zoom) zoom(step.zoom);
    if (step.view) setView(step.view);
    // The crosshair stays on its cell when the view moves.
    if (!('index' in step)) drawn.current?.mark(index);
    if ('index' in step) {
      drawn.current?.mark(step.index);
      setIsSpoken(true);
      setIndex(step.index);
    }
  }

  const { chart } = words;
  const isEmpty = shown?.grid.cells.every((cell) => cell === null);
  return (
    <section class="chart" id="chart" aria-labelledby="chart-title">
      <div class="chart-head">
        <h2 id="chart-title">{chart.title}</h2>
        <RangeChoice words={words} range={range} onChoose={choose} />
      </div>
      <div class="chart-tools">
        <Readout
          words={words}
          figures={figures}
          grid={shown?.grid}
          index={index ?? newest}
          asOf={asOf}
          isSpoken={isSpoken}
        />
        <div class="tools">
          <button type="button" hidden={isAtEnd || !shown} onClick={() => setView(explorer.current?.toEnd())}>
            {chart.now}
          </button>
          <button type="button" aria-label={chart.zoomOut} onClick={() => zoom(2)}>
            −
          </button>
          <button type="button" aria-label={chart.zoomIn} onClick={() => zoom(0.5)}>
            +
          </button>
        </div>
      </div>
      <div class="plot" data-bucket={shown?.grid.bucket} data-trouble={trouble}>
        {/* biome-ignore lint/a11y/useSemanticElements: not a form */}
        <div
          class="canvas"
          ref={canvas}
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is operated by keyboard
          tabIndex={0}
          aria-label={chart.title}
          aria-description={chart.keys}
          onKeyDown={handleKey}
          onFocus={() => drawn.current?.takeWheel(true)}
          onBlur={() => drawn.current?.takeWheel(false)}
        />
        <PlotNotice
          words={words}
          trouble={trouble}
          isEmpty={isEmpty === true}
          onRetry={() => explorer.current?.retry()}
          onShowAll={asOf !== undefined && range !== 'all' ? () => choose('all') : undefined}
        />
      </div>
      <ChartFoot words={words} bucket={shown?.grid.bucket} />
      <BucketTable words={words} figures={figures} grid={shown?.grid} asOf={asOf} />
    </section>
  );
}
