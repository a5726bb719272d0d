import { RolldownMagicString } from 'rolldown';

/**
 * Replaces matches as `String.replaceAll` does, and lets source maps stay right.
 *
 * @param replacement gets the groups of a match; `undefined` keeps it.
 */
export function replaceAll(
  code: string,
  pattern: RegExp,
  replacement: (...groups: (string | undefined)[]) => string | undefined,
): RolldownMagicString {
  const result = new RolldownMagicString(code);
  for (const match of code.matchAll(pattern)) {
    const text = replacement(...match.slice(1));
    if (text !== undefined) result.overwrite(match.index, match.index + match[0].length, text);
  }
  return result;
}
