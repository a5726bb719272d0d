import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SETTINGS } from '../../src/config/settings.ts';
import { EXCHANGES } from '../../src/exchanges/exchanges.ts';
import { EXCHANGE_FORMATS } from '../support/upstreams/exchange-formats.ts';

const text = readFileSync(new URL('../../docs/live.md', import.meta.url), 'utf8');

/** Settings that apply only to the live source, or mean something special there. */
const OF_LIVE = ['SOURCE', 'REFRESH_INTERVAL', 'FEAR_GREED_URL', 'NEWS_FEEDS', 'SENTIMENT_HALF_LIFE'];

test('docs/live.md has a row for each setting of the live source, and the defaults that it explains', () => {
  const rows = [...text.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].map(([, names = '']) => names);
  const names = rows.flatMap((row) => row.split(', ')).map((name) => name.slice(1, -1));
  assert.deepEqual(names, OF_LIVE);
  assert.match(text, new RegExp(`\`${SETTINGS.SOURCE.fallback}\`, the default`));
  assert.equal(SETTINGS.SENTIMENT_HALF_LIFE.fallback, '6h', 'the document explains six hours');
});

test('docs/live.md has a row for each exchange, and says truly whether it sends its time and fills gaps', () => {
  const rows = [
    ...text.matchAll(/^\| ([^|`]+) \| `([A-Z_]+)=([^`]+)` \| `([^`]+)` \| (yes|no) \| ([^|]+) \|$/gm),
  ];
  assert.deepEqual(
    rows.map(([, title, setting, url, path, time, gaps]) => [title, setting, url, path, time, gaps !== 'no']),
    EXCHANGES.map(({ name, title, setting, defaultUrl }) => {
      const { ticker, hasTime, candles } = EXCHANGE_FORMATS[name];
      return [title, setting, defaultUrl, ticker, hasTime ? 'yes' : 'no', candles !== undefined];
    }),
  );
});
