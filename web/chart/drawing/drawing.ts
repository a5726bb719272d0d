import type { Figures } from '../../words/figures.ts';
import type { LitShares } from '../lit-shares.ts';
import type { Grid, View } from './grid.ts';

export interface DrawingListener {
  /** The user moved the view. Returns the view within its bounds. */
  view(view: View): View;
  /** The cell under the pointer, with or without data; `undefined` when the pointer leaves. */
  point(index: number | undefined): void;
}

/** Draws the chart. Does not know where the buckets come from. */
export interface Drawing {
  /** @param asOf the newest sample's time, in epoch milliseconds: buckets that end later are in progress. */
  show(grid: Grid, view: View, asOf: number): void;
  setView(view: View): void;
  /** Shades the cells of lit hours. */
  shade(shares: LitShares): void;
  /** Stops kinetic scrolling. */
  halt(): void;
  /** Shows the crosshair on a cell, or hides it, wherever the pointer is. */
  mark(index: number | undefined): void;
  speak(figures: Figures, locale: string): void;
  /** Whether the wheel zooms the chart instead of scrolling the page. */
  takeWheel(isTaken: boolean): void;
  recolor(): void;
  remove(): void;
}
