import type { TextFormat } from '../../domain/history.ts';

/** Writes numbers with `JSON.stringify`: template strings leave garbage that only a full collection of tens of milliseconds frees. */
export interface RowWriter<Row> {
  readonly head: string;
  /** Must be called in the order of the rows. */
  rows(rows: readonly Row[]): string;
  readonly tail: string;
}

/**
 * @param columns the keys of a row, in its order.
 * @param json the text before and after the list of rows.
 */
export function createRowWriter<Row extends object>(
  format: TextFormat,
  columns: readonly string[],
  json: { readonly head: string; readonly tail: string },
): RowWriter<Row> {
  if (format === 'csv') {
    // RFC 4180. No value needs quotes, and none contains the word "null".
    return {
      head: `${columns.join(',')}\r\n`,
      rows(rows) {
        let text = '';
        for (const row of rows) {
          text += `${JSON.stringify(Object.values(row))
            .slice(1, -1)
            .replaceAll(/null|"/g, '')}\r\n`;
        }
        return text;
      },
      tail: '',
    };
  }

  if (format === 'ndjson')
    return { head: '', rows: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''), tail: '' };

  let separator = '';
  return {
    head: `${json.head}[`,
    rows(rows) {
      if (rows.length === 0) return '';
      const text = separator + JSON.stringify(rows).slice(1, -1);
      separator = ',';
      return text;
    },
    tail: `]${json.tail}`,
  };
}
