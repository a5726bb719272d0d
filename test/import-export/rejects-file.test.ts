import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openRejects } from '../../src/import-export/rejects-file.ts';
import { withoutFormulas } from '../../src/import-export/spreadsheet-cell.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What the documentation says: one apostrophe less, where there is one, at each of these places. */
const asItWas = (text: string): string => text.replace(/^'/, '').replaceAll(/([;\t\n]|\r\n?)'/g, '$1');

const FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠]/u;

test('no rejected line looks like a formula, and each can be restored', async (t) => {
  const lines = [
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1,5', "'-1,5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\r', "'\r"],
    ['＝1', "'＝1"],
    ['－1', "'－1"],
    ['\u200b =1', "'\u200b =1"],
    ["'quoted", "''quoted"],
    ["2021-01-01;=cmd|' /C calc'!A0", "2021-01-01;'=cmd|' /C calc'!A0"],
    ['"a\r\n=1"', `"a\r\n'=1"`],
    ['2021-01-01,-1,"=2"', '2021-01-01,-1,"=2"'],
  ] as const;
  const path = join(temporaryFolder(t), 'rejects.csv');
  const rejects = await openRejects(path);
  await rejects.write(lines.map(([text], index) => ({ line: index + 2, reason: 'malformed', text })));
  await rejects[Symbol.asyncDispose]();
  const rows = lines.map(
    ([, written], index) => `${index + 2},malformed,"${written.replaceAll('"', '""')}"\n`,
  );
  assert.equal(readFileSync(path, 'utf8'), `line,reason,text\n${rows.join('')}`);
  const characters = fc.constantFrom(...'=+-@＝＠\'";,|\t\r\n a1\u0000\ufeff');
  fc.assert(
    fc.property(fc.string({ unit: characters }), (text) => {
      const written = withoutFormulas(text);
      assert.equal(asItWas(written), text);
      assert.doesNotMatch(written, FORMULA);
      for (const cell of written.split(/[;\t\r\n]/)) assert.doesNotMatch(cell, FORMULA);
    }),
    { numRuns: 20_000 },
  );
});

test('the longest line is escaped quickly, whatever it contains', () => {
  for (const part of ['\t', '; ', '\r\n', ' ', "'", ';=']) {
    const began = performance.now();
    withoutFormulas(part.repeat(65_536 / part.length));
    assert.ok(performance.now() - began < 1000, part);
  }
});
