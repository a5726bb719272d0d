// biome-ignore lint/suspicious/noControlCharactersInRegex: they would move the cursor of a terminal, or break columns
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** A text on one line, without control characters, for a terminal. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, ' ');
}

/** A part of an input file: tabs are shown, and everything outside of printable ASCII becomes `?`. */
export function printable(text: string, limitCharacters: number): string {
  const shown = text
    .slice(0, limitCharacters)
    .replaceAll('\t', '\\t')
    .replaceAll(/[^\x20-\x7e]+/g, '?');
  return text.length > limitCharacters ? `${shown}…` : shown;
}
