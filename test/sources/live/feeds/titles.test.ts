import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainTitle, storyOf } from '../../../../src/sources/live/feeds/titles.ts';

test('a title is one bounded line of plain text', () => {
  assert.equal(plainTitle('  Bitcoin\n\t <b>soars</b><br/>again '), 'Bitcoin soars again');
  assert.equal(plainTitle('<img src=x onerror="alert(1)">Bitcoin<script>x</script>'), 'Bitcoinx');
  assert.equal(plainTitle('Bitcoin <$50k and >$40k, 1 < 2'), 'Bitcoin <$50k and >$40k, 1 < 2');
  assert.equal(plainTitle('Bitcoin\u0000 \u202egnp.exe\u001b[31m'), 'Bitcoin gnp.exe[31m');
  assert.equal(plainTitle('\u061c\u200fBitcoin \u2067up\u2069'), 'Bitcoin up');
  assert.equal(
    plainTitle('🚀'.repeat(5000)).length,
    599,
    '299 of two units each, and the mark of what is gone',
  );
  assert.ok(plainTitle('🚀'.repeat(5000)).isWellFormed());
  assert.ok(plainTitle(`x${'🚀'.repeat(5000)}`).isWellFormed());
});

const SAME = [
  ['Bitcoin Hits New All-Time High!', '🚀 BITCOIN hits new all time high 🚀'],
  ['“Bitcoin’s moment” has come', "Bitcoin's moment has come"],
  ['Bitcoin falls below $1,000 as ETFs bleed', 'Bitcoin falls below $1000, as ETFs bleed…'],
  ['Fed holds rates, Bitcoin jumps again - CoinDesk', 'Fed holds rates, Bitcoin jumps again | The Block'],
  ['Fed holds rates, Bitcoin jumps again', 'Fed holds rates, Bitcoin jumps again - decrypt.co'],
  ['Why Bitcoin rises again today - 99Bitcoins', 'Why Bitcoin rises again today'],
  ['U.S. regulators approve Bitcoin ETF', 'US regulators approve Bitcoin ETF'],
  ['Bitcoin ﬁnds a floor', 'Bitcoin finds a floor'],
] as const;

const OTHER = [
  ['Bitcoin +5% today', 'Bitcoin -5% today'],
  ['Bitcoin at 1.5 trillion', 'Bitcoin at 15 trillion'],
  [
    'Bitcoin falls again in Asia - analysts blame outflows',
    'Bitcoin falls again in Asia - miners blame hash rate',
  ],
  ['Bitcoin price prediction for today - January 5', 'Bitcoin price prediction for today - January 6'],
  ['Bitcoin - Bullish', 'Bitcoin - Bearish'],
  ['Биткоин растёт', 'Биткоин падает'],
] as const;

test('copies of a title are one story, whatever case, punctuation, emoji or publisher they come with', () => {
  for (const [one, other] of SAME) assert.equal(storyOf(one), storyOf(other));
  for (const [one, other] of OTHER) assert.notEqual(storyOf(one), storyOf(other));
  assert.equal(storyOf('🚀🚀 !!! …'), '');
});
