import type { NumberForm } from '../record-rules.ts';

/** Where a shape has what, by the indices of its columns from 0. */
export interface ShapeColumns {
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean;
  readonly time: number;
  readonly price: number;
  readonly symbol?: number | undefined;
  /** For candles: the column of their last moment, or `spacing` if their width is the usual spacing of the rows. */
  readonly candle?: { readonly end: number } | 'spacing';
  /** Words for absent prices, in lower case. */
  readonly absent?: readonly string[];
  readonly numbers?: NumberForm;
  /** Other forms that its times may have, as for `--time-format`. */
  readonly timeFormats?: readonly string[];
  /** Whether its times without a zone are known to be in UTC. */
  readonly isUtc?: boolean;
  /** Whether files are known to change from seconds to milliseconds. */
  readonly mayChangeUnit?: boolean;
}

/** The form of the files of one origin. */
export interface Shape {
  /** As a continuation of “read as”. */
  readonly name: string;
  /** Finds the columns by the values of the first line; `undefined` if it is of another shape. */
  find(fields: readonly string[]): ShapeColumns | undefined;
}

/** Names of columns in lower case, with single spaces. */
export const namesIn = (fields: readonly string[]): string[] =>
  fields.map((field) =>
    field
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, ' '),
  );

/** Whether a line begins with these names. */
export const beginsWith = (names: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((name, index) => names[index] === name);

/** Whether the values are a candle: no price is above the high or below the low. */
export function isCandle(open: number, high: number, low: number, close: number): boolean {
  return low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
}
