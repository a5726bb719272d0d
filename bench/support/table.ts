/** Prints a heading and rows in columns; the first row names them. */
export function printTable(heading: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
  console.log(`${heading}\n\n${lines.map((line) => line.trimEnd()).join('\n')}\n`);
}
