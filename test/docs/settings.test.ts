import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SETTINGS } from '../../src/config/settings.ts';

const text = readFileSync(new URL('../../docs/live.md', import.meta.url), 'utf8');

/** The settings that only the live source has, and those that mean something of their own there. */
const OF_LIVE = [
  'SOURCE',
  'REFRESH_INTERVAL',
  'COINBASE_URL',
  'KRAKEN_URL',
  'BITSTAMP_URL',
  'FEAR_GREED_URL',
  'NEWS_FEEDS',
  'SENTIMENT_HALF_LIFE',
] as const;

test('docs/live.md lists the settings of the live source, with their defaults', () => {
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)].map(([, name, unset]) => [name, unset]);
  const expected = OF_LIVE.map((name) => {
    const { fallback = '' } = SETTINGS[name];
    const feeds = fallback.split(',');
    return [name, feeds.length > 1 ? 'ten feeds, in [`.env.example`](../.env.example)' : `\`${fallback}\``];
  });
  assert.deepEqual(rows, expected);
  assert.equal(SETTINGS.NEWS_FEEDS.fallback?.split(',').length, 10);
});
