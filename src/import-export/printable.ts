/** A text of an input as people may see it: tabs are shown, and nothing in it moves a terminal's cursor. */
export function printable(text: string, mostCharacters: number): string {
  const shown = text
    .slice(0, mostCharacters)
    .replaceAll('\t', '\\t')
    .replaceAll(/[^\x20-\x7e]+/g, '?');
  return text.length > mostCharacters ? `${shown}…` : shown;
}
