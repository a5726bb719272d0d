import fc from 'fast-check';

/** JSON values that break code that expects a time, a count, a name or an object. */
const HOSTILE = [
  'null',
  'true',
  '""',
  '"x"',
  '"2026-01-01T00:00:00Z"',
  `"${'x'.repeat(5000)}"`,
  '"\\ud800"',
  '-1',
  '-0',
  '0.5',
  '1e-320',
  '1e300',
  '-1e300',
  '1e400',
  '-1e400',
  '8640000000000000',
  '8640000000000001',
  '9007199254740993',
  '253402300800000',
  '-62135596800001',
  '{}',
  '[]',
  '[null]',
  '[[[[]]]]',
  '{"__proto__":{"state":"ok"}}',
  '{"toString":1,"constructor":null}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
] as const;

/** How to corrupt a text. `position` selects the place. */
export interface Corruption {
  readonly method: 'replace' | 'remove' | 'add' | 'cut' | 'garble' | 'whole';
  readonly position: number;
  readonly json: string;
}

export const corruption: fc.Arbitrary<Corruption> = fc.record({
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constant('replace' as const) },
    { weight: 4, arbitrary: fc.constantFrom('remove' as const, 'add' as const) },
    { weight: 2, arbitrary: fc.constantFrom('cut' as const, 'garble' as const, 'whole' as const) },
  ),
  position: fc.nat(),
  json: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  ),
});

type Container = Record<string, unknown>;

/** Each nested value, as its container and its key. */
function placesOf(root: Container): [Container, string][] {
  const places: [Container, string][] = [];
  const visit = (container: Container): void => {
    for (const [key, value] of Object.entries(container)) {
      places.push([container, key]);
      if (typeof value === 'object' && value !== null) visit(value as Container);
    }
  };
  visit(root);
  return places;
}

const MARK = '@here@';

/** Corrupts a text. By chance, the result may be equal, or valid in another way. */
export function corrupt(text: string, { method, position, json }: Corruption): string {
  if (method === 'whole') return json;
  if (method === 'cut') return text.slice(0, position % (text.length + 1));
  if (method === 'garble') {
    const at = position % (text.length + 1);
    return `${text.slice(0, at)}${'\u0000{"\ufffd'[position % 4]}${text.slice(at + 1)}`;
  }
  let root: Container;
  try {
    root = { text: JSON.parse(text) };
  } catch {
    return json;
  }
  const places = placesOf(root);
  const place = places[position % places.length];
  if (!place) return json;
  const [container, key] = place;
  if (method === 'remove') delete container[key];
  else if (method === 'replace') container[key] = MARK;
  else if (typeof container[key] === 'object' && container[key] !== null)
    (container[key] as Container)[`added ${position % 7}`] = MARK;
  else container[`__proto__ ${position % 3}`] = MARK;
  return (JSON.stringify(root['text']) ?? '').replace(`"${MARK}"`, () => json);
}
