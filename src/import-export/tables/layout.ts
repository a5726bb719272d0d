import type { TimeColumn } from '../times/time-column.ts';
import type { Columns } from './header.ts';
import type { RecordRules } from './record-rules.ts';

/** How the lines of a CSV file are read. */
export interface Layout {
  /** What it is read as. */
  readonly shape: string;
  /** Where the first record begins. */
  readonly start: number;
  /** The number of its line, from 1. */
  readonly line: number;
  /** The byte between two fields. */
  readonly delimiter: number;
  /** The text of the header, which files that were joined repeat. */
  readonly header: string | undefined;
  readonly columns: Columns;
  readonly times: TimeColumn;
  readonly rules: RecordRules;
}
