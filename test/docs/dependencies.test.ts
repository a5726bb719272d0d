import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** The name of the package in an import, such as `@scope/name` or `name/part`. */
const PACKAGE = /(?:from |import\(|import\.meta\.resolve\()'((?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[^']*)?'/g;

test('ARCHITECTURE.md gives each package that the program uses a row with its reason', () => {
  const sources = globSync('src/**/*.ts', { cwd: new URL('../../', import.meta.url) });
  const used = new Set(sources.flatMap((name) => [...read(name).matchAll(PACKAGE)].map(([, one]) => one)));
  const [, section = ''] = read('ARCHITECTURE.md').split('\n## Dependencies\n');
  const rows = [...section.matchAll(/^\| `([^`]+)` \| \S.+ \|$/gm)].map(([, name]) => name);
  assert.ok(used.size > 5, 'the pattern finds packages');
  assert.deepEqual(rows.toSorted(), [...used].toSorted());
});
