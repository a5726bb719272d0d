/** A term and its explanation. */
export type Row = readonly [term: string, explanation: string];

const WIDTH = 100;

/** Breaks a text into lines, at spaces. Its own line ends stay. */
export function wrap(text: string, width = WIDTH): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1) ?? '';
      const longer = line === '' ? word : `${line} ${word}`;
      if (longer.length > width && line !== '') lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  });
}

/** Adds the allowed values and the default to a meaning. */
export function describe(
  meaning: string,
  {
    choices,
    fallback,
  }: { readonly choices?: readonly string[] | undefined; readonly fallback?: string | undefined },
): string {
  const all = choices ? `: ${choices.join(choices.length === 2 ? ' or ' : ', ')}` : '';
  return `${meaning}${all}${fallback === undefined ? '' : ` (default: ${fallback})`}`;
}

/** The column of the explanations, beside the longest term. */
export const columnBeside = (rows: readonly Row[]): number =>
  Math.max(...rows.map(([term]) => term.length)) + 4;

/** Terms and explanations under a heading. */
export function section(heading: string, rows: readonly Row[], column = columnBeside(rows)): string {
  const lines = rows.flatMap(([term, explanation]) =>
    wrap(explanation, WIDTH - column).map(
      (line, index) => `${(index === 0 ? `  ${term}` : '').padEnd(column)}${line}`,
    ),
  );
  return [`${heading}:`, ...lines].join('\n');
}
