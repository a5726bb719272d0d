import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8');

/** The last cell of each row: a test's name. */
const ROW = /^\|.*\| `([^`]+)` \|$/gm;

/** A test of a file in `test/hard`, or a case of which one is made. */
const TEST = /(?:^\s*name: |^\s*(?:test|clockTest)\(\s*)'([^']+)'/gm;

const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? '');

const testsOf = (pattern: string) =>
  globSync(pattern, { cwd: ROOT }).flatMap((file) => names(read(file), TEST));

test('docs/faults.md has a row for each test of test/hard, and a test for each row', () => {
  const rows = names(read('docs/faults.md'), ROW);
  const hard = testsOf('test/hard/**/*.test.ts');
  // The live source's own faults are no matter of minutes: many of their tests are beside what they test.
  const elsewhere = new Set(
    ['test/e2e/live.test.ts', 'test/{sources/live,exchanges,news}/**/*.test.ts'].flatMap(testsOf),
  );
  const own = rows.filter((row) => !elsewhere.has(row));
  assert.deepEqual(own.toSorted(), hard.toSorted());
  assert.equal(new Set(rows).size, rows.length, 'no row twice');
  assert.ok(hard.length > 30 && own.length < rows.length, 'the tests were found');
});
