import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Headline } from '../../src/news/headlines.ts';
import { sentimentAt } from '../../src/news/sentiment.ts';
import { sentimentsAt } from '../../src/news/sentiment-series.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

test('many sentiments of very many headlines are computed in many turns of the loop', async () => {
  const headlines = Array.from(
    { length: 60_000 },
    (_, index): Headline => ({
      id: String(index),
      story: String(index),
      title: 'Bitcoin',
      published: NOW - 72 * HOUR + index * 4000,
      source: 'feed',
      aboutMarket: true,
      score: (index % 21) / 10 - 1,
      label: 'neutral',
      because: [],
    }),
  );
  const times = Array.from({ length: 24 }, (_, index) => NOW - index * HOUR);
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 0);
  const values = await sentimentsAt(headlines, times, 6 * HOUR);
  clearInterval(counting);
  assert.ok(turns >= 5, `${turns} turns`);
  for (const time of times) assert.equal(values.get(time), sentimentAt(headlines, time, 6 * HOUR)?.value);
});
