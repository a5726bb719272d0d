import { printable } from '../../domain/untrusted-text.ts';

const WANTED =
  'write a list of objects, or an object per line, such as {"time": "2023-11-15T00:00:00Z", "price": 35500.12}';

const MAX_NAME_CHARACTERS = 40;

/** Members to skip, such as a status or an empty list of errors: texts, numbers and empty values, but no time. */
const BEFORE =
  /^\{(?:\s*"(?!time(?:stamp)?")[^"\\]{0,100}"\s*:\s*(?:"[^"\\]{0,200}"|[\w.+-]{1,40}|\[\s*\]|\{\s*\})\s*,){1,20}(?=\s*")/;

/** Common shapes, by the beginning of a document, with instructions to convert each. */
const SHAPES: readonly [pattern: RegExp, message: string][] = [
  [
    /^\{\s*"prices"\s*:\s*\[\s*\[/,
    "it is a market chart, one object with a list of [time, price] pairs: convert it with jq -c '.prices[] | {time: .[0], price: .[1]}'",
  ],
  [
    /^\{\s*"(?:columns|index|schema)"\s*:\s*[[{]|^\{\s*"[^"\\]{0,40}"\s*:\s*\{\s*"(?:\d{1,20}|time|price|sentiment)"\s*:/,
    'it is a pandas table that is not in the “records” orientation: write it with to_json(path, orient="records", lines=True)',
  ],
  [
    /^\[\s*\[/,
    `it is a list of lists, which does not say which value is the time and which is the price: use --no-header --columns time=1,price=2, with the numbers of its values; or ${WANTED}`,
  ],
];

/**
 * Describes a JSON document of another shape, and how to convert it; `undefined` if the beginning shows no other shape.
 */
export function describeOtherShape(head: string): string | undefined {
  const text = head.trimStart().replace(BEFORE, '{');
  const known = SHAPES.find(([pattern]) => pattern.test(text));
  if (known) return known[1];
  const [, name] = /^\{\s*"([^"\\]{0,100})"\s*:\s*[[{]/.exec(text) ?? [];
  if (name !== undefined)
    return `it is one object with a list or an object in "${printable(name, MAX_NAME_CHARACTERS)}", and not samples: ${WANTED}`;
  if (/^\{\s*[\r\n]/.test(head.trimStart())) return `it is an object over several lines: ${WANTED}`;
  return undefined;
}
