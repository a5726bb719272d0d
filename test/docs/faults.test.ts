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

test('docs/faults.md has a row for each test of test/hard, and a test for each row', () => {
  const rows = names(read('docs/faults.md'), ROW);
  const tests = globSync('test/hard/*.test.ts', { cwd: ROOT }).flatMap((file) => names(read(file), TEST));
  assert.deepEqual(rows.toSorted(), tests.toSorted());
  assert.ok(tests.length > 30, 'the tests were found');
});
