import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FAULT_TESTS, NORMAL_COURSE } from './fault-tests.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8');

/** Rows of tables with two columns, without the head. */
const ROW = /^\| (?!fault \|)([^|]+) \| [^|]+ \|$/gm;

/** A test, or a case of a table of tests. */
const TEST = /(?:^\s*name: |^\s*(?:test|clockTest)\(\s*)'([^']+)'/gm;

const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? '');

const testsOf = (pattern: string) =>
  globSync(pattern, { cwd: ROOT }).flatMap((file) => names(read(file), TEST));

test('docs/faults.md has a row for each tested fault, and a test for each row', () => {
  const rows = names(read('docs/faults.md'), ROW);
  assert.deepEqual(rows.toSorted(), Object.keys(FAULT_TESTS).toSorted());
  assert.equal(new Set(rows).size, rows.length, 'no row twice');
  for (const [row, tests] of Object.entries(FAULT_TESTS)) assert.ok(tests.length > 0, row);
});

test('each test of test/hard proves a row of docs/faults.md, and each listed test exists', () => {
  const listed = [...Object.values(FAULT_TESTS).flat(), ...NORMAL_COURSE];
  const hard = testsOf('test/hard/**/*.test.ts');
  // Many tests of the live source's faults are beside the code they test, because they are quick.
  const elsewhere = new Set(
    ['test/e2e/live.test.ts', 'test/{sources/live,exchanges,news}/**/*.test.ts'].flatMap(testsOf),
  );
  const own = listed.filter((name) => !elsewhere.has(name));
  assert.deepEqual(own.toSorted(), hard.toSorted());
  assert.equal(new Set(listed).size, listed.length, 'no test twice');
  assert.ok(hard.length > 30 && own.length < listed.length, 'the tests were found');
});
