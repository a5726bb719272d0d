// biome-ignore lint/suspicious/noControlCharactersInRegex: they would control a terminal, or break columns
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Replaces control characters and line ends, for a terminal. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, ' ');
}

/** The beginning of a text from an input or a feed, with `\t` for tabs and `?` for other characters than printable ASCII. */
export function printable(text: string, limitCharacters: number): string {
  const shown = text
    .slice(0, limitCharacters)
    .replaceAll('\t', '\\t')
    .replaceAll(/[^\x20-\x7e]+/g, '?');
  return text.length > limitCharacters ? `${shown}…` : shown;
}
