import assert from 'node:assert/strict';
import { test } from 'node:test';
import { score } from '../../../../src/sources/live/sentiment/score.ts';
import { compare, LABELS, type Labelled, labelled } from '../../../support/labelled.ts';

const label = (headline: string) => score(headline).label;

/** Some points below what docs/sentiment.md tells, so that a word more or less is free and a broken rule is not. */
const FLOORS = {
  'headlines-tuning': { right: 0.85, macroF1: 0.85, sidesAgree: 0.95, sidesTaken: 0.88 },
  'headlines-held-out': { right: 0.8, macroF1: 0.8, sidesAgree: 0.9, sidesTaken: 0.85 },
} as const;

for (const name of ['headlines-tuning', 'headlines-held-out'] as const) {
  test(`${name}: the scorer agrees with people`, () => {
    const headlines = labelled(name);
    assert.ok(headlines.length >= 500);
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

test('the two sets share no headline', () => {
  const tuning = new Set(labelled('headlines-tuning').map(({ headline }) => headline.toLowerCase()));
  const shared = labelled('headlines-held-out').filter(({ headline }) => tuning.has(headline.toLowerCase()));
  assert.deepEqual(shared, []);
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
