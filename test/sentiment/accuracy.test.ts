import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { score } from '../../src/sentiment/score.ts';
import {
  compareWithLabels,
  LABELLED_SETS,
  LABELS,
  type LabelledHeadline,
  readLabelledHeadlines,
} from '../support/data/labelled.ts';

const label = (headline: string) => score(headline).label;

/** A point or so below docs/sentiment.md: one word more or less may pass, and a broken rule may not. */
const FLOORS = {
  'headlines-tuning': { accuracy: 0.89, macroF1: 0.885, sidesAgree: 0.97, sidesTaken: 0.92 },
  'headlines-held-out': { accuracy: 0.88, macroF1: 0.88, sidesAgree: 0.935, sidesTaken: 0.92 },
  'headlines-second': { accuracy: 0.855, macroF1: 0.85, sidesAgree: 0.93, sidesTaken: 0.895 },
  'headlines-third': { accuracy: 0.9, macroF1: 0.9, sidesAgree: 0.96, sidesTaken: 0.94 },
  'headlines-phrases': { accuracy: 0.92, macroF1: 0.88, sidesAgree: 0.96, sidesTaken: 0.94 },
} as const;

for (const name of LABELLED_SETS) {
  test(`${name}: the scorer agrees with people`, () => {
    const headlines = readLabelledHeadlines(name);
    assert.ok(headlines.length >= 400);
    assert.equal(
      new Set(headlines.map(({ headline }) => headline)).size,
      headlines.length,
      'no headline is there twice',
    );
    const agreement = compareWithLabels(headlines, label);
    for (const [figure, floor] of Object.entries(FLOORS[name])) {
      const value = agreement[figure as keyof (typeof FLOORS)[typeof name]];
      assert.ok(value >= floor, `${figure} is ${value}`);
    }
  });
}

/** Of a row of docs/sentiment.md, in %. */
function told(row: string): number[] {
  const page = readFileSync(new URL('../../docs/sentiment.md', import.meta.url), 'utf8');
  const line = page.split('\n').find((one) => one.startsWith(`| ${row} |`)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => Number(cell.replace(',', '')));
}

test('docs/sentiment.md states the measured figures', () => {
  const rows = {
    'headlines-tuning': 'tuning',
    'headlines-held-out': 'held out',
    'headlines-second': 'second',
    'headlines-third': 'third',
    'headlines-phrases': 'standing phrases',
  } as const;
  for (const name of LABELLED_SETS) {
    const row = rows[name];
    const headlines = readLabelledHeadlines(name);
    const { accuracy, macroF1, sidesAgree, sidesTaken } = compareWithLabels(headlines, label);
    const [count, ...figures] = told(row);
    assert.equal(count, headlines.length, row);
    assert.equal(figures.length, 4, row);
    for (const [at, value] of [accuracy, macroF1, sidesAgree, sidesTaken].entries())
      assert.ok(
        Math.abs((figures[at] ?? Number.NaN) - 100 * value) < 1,
        `${row}: ${figures[at]}, is ${100 * value}`,
      );
  }
});

test('the sets share no headline', () => {
  const all = LABELLED_SETS.flatMap(readLabelledHeadlines).map(({ headline }) => headline.toLowerCase());
  assert.deepEqual(
    all.filter((headline, at) => all.indexOf(headline) !== at),
    [],
  );
});

test('accuracy, agreement and macro F1 follow their definitions', () => {
  const said: Readonly<Record<string, LabelledHeadline['label']>> = {
    a: 'positive',
    b: 'negative',
    c: 'neutral',
    d: 'negative',
  };
  const people = { a: 'positive', b: 'positive', c: 'negative', d: 'negative' } as const;
  const headlines = Object.entries(people).map(([headline, one]) => ({ part: '', label: one, headline }));
  const { accuracy, sidesAgree, sidesTaken, macroF1 } = compareWithLabels(
    headlines,
    (headline) => said[headline] ?? 'neutral',
  );
  assert.equal(accuracy, 1 / 2);
  assert.equal(sidesAgree, 2 / 3);
  assert.equal(sidesTaken, 3 / 4);
  assert.equal(macroF1, (2 / 3 + 0 + 1 / 2) / LABELS.length);
});
