import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Headline, mergeHeadlines, newItems, storiesBetween } from '../../src/news/headlines.ts';
import { headline } from '../support/data/headlines.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

const stories = (headlines: readonly Headline[]): string[] =>
  storiesBetween(headlines, NOW - 48 * HOUR, NOW).map(({ source, title }) => `${source}: ${title}`);

test('of copies the earliest counts, whichever came first', () => {
  const early = headline('Bitcoin rises again today!', NOW - 3 * HOUR, 'A', '1');
  const late = headline('BITCOIN rises again today - The Block', NOW - 2 * HOUR, 'B', '1');
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    const kept = order.reduce<readonly Headline[]>((all, one) => mergeHeadlines(all, [one], NOW), []);
    assert.equal(kept.length, 2);
    assert.deepEqual(stories(kept), ['A: Bitcoin rises again today!']);
  }
  assert.deepEqual(
    storiesBetween([early, late], NOW - 2.5 * HOUR, NOW),
    [late],
    'where the earliest is too old to count, the next copy does',
  );
});

test('within one feed, the first version of a headline stays', () => {
  const first = headline('Bitcoin rises', NOW - HOUR, 'A', '1');
  const kept = mergeHeadlines([], [first], NOW);
  const edits = [headline('Bitcoin falls', NOW - HOUR, 'A', '1'), headline('Bitcoin rises', NOW, 'A', '1')];
  assert.deepEqual(mergeHeadlines(kept, edits, NOW), [first]);
  assert.deepEqual(newItems(kept, { source: 'A', items: edits, now: NOW }), []);
  assert.equal(
    newItems(kept, { source: 'B', items: edits, now: NOW }).length,
    2,
    'other feeds have names of their own',
  );
  const shownAtOnce = [headline('Bitcoin falls', NOW, 'A', '1'), first];
  assert.deepEqual(
    mergeHeadlines([], shownAtOnce, NOW),
    [first],
    'of both at once the earlier was seen first',
  );
});

test('headlines are stored for three days, and from three days ahead', () => {
  const times = [-73, -72, -1, 1, 72, 73].map((hours) => NOW + hours * HOUR);
  const headlines = times.map((time) => headline(`Bitcoin at ${time}`, time));
  const kept = mergeHeadlines([], headlines, NOW).map(({ published }) => published);
  assert.deepEqual(kept, times.slice(1, 5));
  assert.equal(newItems([], { source: 'A', items: headlines, now: NOW }).length, 4);
  assert.deepEqual(
    mergeHeadlines(headlines, [], NOW + HOUR).length,
    4,
    'what grew old goes, what came near stays',
  );
});

test('a feed with endless headlines displaces none of others', () => {
  const flood = Array.from({ length: 5000 }, (_, index) => headline(`Flood ${index}`, NOW - index, 'B'));
  const one = headline('Bitcoin rises', NOW - HOUR, 'A');
  const kept = mergeHeadlines([one], flood, NOW);
  assert.equal(kept.length, 1001);
  assert.ok(kept.includes(one));
  assert.equal(kept.at(-1)?.published, NOW, 'its newest stay');
});

test('the order of arrival does not matter', () => {
  const anyHeadline = fc
    .record({
      story: fc.integer({ min: 0, max: 5 }),
      hours: fc.integer({ min: -80, max: 80 }),
      source: fc.constantFrom('A', 'B', 'C'),
    })
    .map(({ story, hours, source }) =>
      headline(`Story number ${story}`, NOW + hours * HOUR, source, `${story} at ${hours}`),
    );
  fc.assert(
    fc.property(
      fc.array(anyHeadline, { maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      (headlines, random) => {
        const keys = new Map(headlines.map((one) => [one, random.next().value]));
        const shuffled = headlines.toSorted((one, other) => (keys.get(one) ?? 0) - (keys.get(other) ?? 0));
        const oneByOne = shuffled.reduce<readonly Headline[]>(
          (all, one) => mergeHeadlines(all, [one], NOW),
          [],
        );
        assert.deepEqual(oneByOne, mergeHeadlines([], headlines, NOW));
        assert.equal(new Set(stories(oneByOne)).size, stories(oneByOne).length);
      },
    ),
  );
});
