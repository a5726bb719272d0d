import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { score } from '../../../../src/sources/live/sentiment/score.ts';
import { compare, LABELS, type Labelled, labelled, SETS } from '../../../support/labelled.ts';

const label = (headline: string) => score(headline).label;

/** Some points below what docs/sentiment.md tells, so that a word more or less is free and a broken rule is not. */
const FLOORS = {
  'headlines-tuning': { right: 0.85, macroF1: 0.85, sidesAgree: 0.95, sidesTaken: 0.88 },
  'headlines-held-out': { right: 0.8, macroF1: 0.8, sidesAgree: 0.9, sidesTaken: 0.85 },
  'headlines-second': { right: 0.83, macroF1: 0.82, sidesAgree: 0.91, sidesTaken: 0.87 },
  'headlines-phrases': { right: 0.79, macroF1: 0.74, sidesAgree: 0.84, sidesTaken: 0.9 },
} as const;

for (const name of SETS) {
  test(`${name}: the scorer agrees with people`, () => {
    const headlines = labelled(name);
    assert.ok(headlines.length >= 400);
    assert.equal(
      new Set(headlines.map(({ headline }) => headline)).size,
      headlines.length,
      'no headline is there twice',
    );
    const agreement = compare(headlines, label);
    for (const [figure, floor] of Object.entries(FLOORS[name])) {
      const value = agreement[figure as keyof (typeof FLOORS)[typeof name]];
      assert.ok(value >= floor, `${figure} is ${value}`);
    }
  });
}

/** Of a row of docs/sentiment.md, in %. */
function told(row: string): number[] {
  const page = readFileSync(new URL('../../../../docs/sentiment.md', import.meta.url), 'utf8');
  const line = page.split('\n').find((one) => one.startsWith(`| ${row} |`)) ?? '';
  return line.split('|').slice(2, -1).map(Number);
}

test('the page on the scorer tells figures that are so', () => {
  const rows = {
    'headlines-held-out': 'this scorer, as it is now',
    'headlines-tuning': 'this scorer',
    'headlines-second': 'this scorer now, all',
  } as const;
  for (const [name, row] of Object.entries(rows)) {
    const { right, macroF1, sidesAgree, sidesTaken } = compare(labelled(name as keyof typeof rows), label);
    const figures = told(row);
    assert.equal(figures.length, 4, row);
    for (const [at, value] of [right, macroF1, sidesAgree, sidesTaken].entries())
      assert.ok(
        Math.abs((figures[at] ?? Number.NaN) - 100 * value) < 1,
        `${row}: ${figures[at]}, is ${100 * value}`,
      );
  }
});

test('the sets share no headline', () => {
  const all = SETS.flatMap(labelled).map(({ headline }) => headline.toLowerCase());
  assert.deepEqual(
    all.filter((headline, at) => all.indexOf(headline) !== at),
    [],
  );
});

test('the figures are those of the textbook', () => {
  const said: Readonly<Record<string, Labelled['label']>> = {
    a: 'positive',
    b: 'negative',
    c: 'neutral',
    d: 'negative',
  };
  const people = { a: 'positive', b: 'positive', c: 'negative', d: 'negative' } as const;
  const headlines = Object.entries(people).map(([headline, one]) => ({ part: '', label: one, headline }));
  const { right, sidesAgree, sidesTaken, macroF1 } = compare(
    headlines,
    (headline) => said[headline] ?? 'neutral',
  );
  assert.equal(right, 1 / 2);
  assert.equal(sidesAgree, 2 / 3);
  assert.equal(sidesTaken, 3 / 4);
  assert.equal(macroF1, (2 / 3 + 0 + 1 / 2) / LABELS.length);
});
