import type { TimeRules } from '../times/time-column.ts';
import type { NumberForm } from './record-rules.ts';

/** The columns with the values of a sample, as the user names them; or their numbers from 1, in a file without a header. */
export interface ColumnNames {
  readonly time: string;
  readonly price: string | undefined;
  readonly sentiment: string | undefined;
}

/** What the user says about a file. */
export interface TableOptions {
  readonly columns?: ColumnNames | undefined;
  readonly hasHeader: boolean;
  /** A single ASCII character. */
  readonly delimiter?: string | undefined;
  readonly numbers?: NumberForm | undefined;
  readonly times: Pick<TimeRules, 'format' | 'zone'>;
  /** Of candles, in milliseconds. */
  readonly width?: number | undefined;
  readonly acceptsStablecoin: boolean;
}

/** Without any option. */
export const NO_TABLE_OPTIONS: TableOptions = { hasHeader: true, times: {}, acceptsStablecoin: false };
