import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzFeeds } from '../../fuzz/fuzz-feeds.ts';

/** The whole run, by hand, is `npm run fuzz:feeds`. */
const FEEDS = 300;

test('mutated feeds break nothing, do not block the loop, and give correct titles and dates', async (t) => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`SEED=${seed}`);
  const { findings, titles, compared, outcomes } = await fuzzFeeds({ feeds: FEEDS, seed });
  assert.deepEqual(findings, []);
  assert.ok(titles > FEEDS && (outcomes['items'] ?? 0) > FEEDS / 3, 'most of it is worth looking at');
  if (compared === undefined) t.diagnostic('SKIPPED: no python3 with dateutil to hold dates against');
  else assert.ok(compared > FEEDS / 3, `${compared} dates were compared`);
});
