import { printable } from '../../domain/untrusted-text.ts';

const WANTED =
  'write a list of objects, or an object per line, such as {"time": "2023-11-15T00:00:00Z", "price": 35500.12}';

const LONGEST_NAME = 40;

/** Members before the one that counts, a status or a list of no errors: texts, numbers and what is empty, and no time. */
const BEFORE =
  /^\{(?:\s*"(?!time(?:stamp)?")[^"\\]{0,100}"\s*:\s*(?:"[^"\\]{0,200}"|[\w.+-]{1,40}|\[\s*\]|\{\s*\})\s*,){1,20}(?=\s*")/;

/** Shapes that people have, by how a document begins, and how to make samples of each. */
const SHAPES: readonly [pattern: RegExp, message: string][] = [
  [
    /^\{\s*"prices"\s*:\s*\[\s*\[/,
    "it is a market chart, one object with a list of [time, price] pairs: convert it by jq -c '.prices[] | {time: .[0], price: .[1]}'",
  ],
  [
    /^\{\s*"(?:columns|index|schema)"\s*:\s*[[{]|^\{\s*"[^"\\]{0,40}"\s*:\s*\{\s*"(?:\d{1,20}|time|price|sentiment)"\s*:/,
    'it is a table of pandas that is not one of records: write it by to_json(path, orient="records", lines=True)',
  ],
  [
    /^\[\s*\[/,
    `it is a list of lists, which does not say which value is the time and which is the price: ${WANTED}`,
  ],
];

/**
 * What a JSON document is that holds samples in another shape, and what to do with it; `undefined` where its beginning
 * does not show another shape.
 *
 * @param head the document's beginning.
 */
export function describeOtherShape(head: string): string | undefined {
  const text = head.trimStart().replace(BEFORE, '{');
  const known = SHAPES.find(([pattern]) => pattern.test(text));
  if (known) return known[1];
  const [, name] = /^\{\s*"([^"\\]{0,100})"\s*:\s*[[{]/.exec(text) ?? [];
  if (name !== undefined)
    return `it is one object with a list or an object in "${printable(name, LONGEST_NAME)}", and not samples: ${WANTED}`;
  if (/^\{\s*[\r\n]/.test(head.trimStart())) return `it is an object over several lines: ${WANTED}`;
  return undefined;
}
