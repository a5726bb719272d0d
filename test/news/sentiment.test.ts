import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeHeadlines } from '../../src/news/headlines.ts';
import { countedAt, sentimentAt } from '../../src/news/sentiment.ts';
import { headline } from '../support/data/headlines.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const five = (score: number, ageInHours: number) =>
  Array.from({ length: 5 }, (_, index) =>
    headline(`[${score}] number ${index} of ${ageInHours}`, NOW - ageInHours * HOUR),
  );

const kept = (...headlines: readonly (readonly ReturnType<typeof headline>[])[]) =>
  mergeHeadlines([], headlines.flat(), NOW);

test('the mean is weighted by age, with half the weight after a half-life', () => {
  assert.deepEqual(sentimentAt(kept(five(1, 1)), NOW, 6 * HOUR), { value: 1, count: 5, newest: NOW - HOUR });
  const two = sentimentAt(kept(five(1, 1), five(-0.5, 7)), NOW, 6 * HOUR);
  assert.equal(two?.count, 10);
  assert.ok(Math.abs((two?.value ?? 0) - (1 - 0.25) / 1.5) < 1e-12);
  assert.equal(sentimentAt(kept(five(1, 1), five(-1, 47)), NOW, 1)?.value, 1, 'no half-life is too short');
});

test('with too few counting headlines, the sentiment is absent, not 0', () => {
  assert.equal(sentimentAt([], NOW, 6 * HOUR), undefined);
  const headlines = kept(
    five(1, 1).slice(1),
    [headline('[1] too young', NOW - 10 * MINUTE + 1)],
    [headline('[1] too old', NOW - 48 * HOUR)],
    [headline('[1] off the market', NOW - HOUR)],
    [headline('no score', NOW - HOUR)],
    [headline('[1] from the future', NOW + HOUR)],
    [headline('[1] number 1 of 1!!!', NOW - 0.5 * HOUR, 'B')],
  );
  assert.equal(countedAt(headlines, NOW).length, 4);
  assert.equal(sentimentAt(headlines, NOW, 6 * HOUR), undefined);
  assert.equal(sentimentAt(headlines, NOW + 1, 6 * HOUR)?.count, 5, 'ten minutes old is old enough');
});
