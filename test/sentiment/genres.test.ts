import assert from 'node:assert/strict';
import { test } from 'node:test';
import { score } from '../../src/sentiment/score.ts';

const RULES: Readonly<Record<string, readonly string[]>> = {
  question: ['Is Bitcoin Ready to Rally?', 'Can Bitcoin Climb Past Its Old Heights', 'Did the Token Fall?'],
  explainer: [
    'How to Buy Bitcoin in Zurich',
    'What Is Staking',
    'Halving: Everything You Need to Know',
    'Ether Staking, Explained',
  ],
  opinion: ['Opinion: Bitcoin Needs Support', 'Senators Debate Bitcoin Support'],
  roundup: ['This Week in Crypto: Launches in Zurich', 'Bitcoin Support and More'],
  listing: ['5 Altcoins to Watch as Support Holds', 'Best Coins to Buy Now'],
  promotion: ['Press Release: Wallet Launches in Zurich', 'Casino Offers 100% Bonus for Bitcoin Players'],
  people: ['Exchange Appoints Bank Veteran as CEO', 'Lightning Developer Steps Down'],
  procedure: [
    'Regulator Seeks Public Comment on ETF',
    'Court Sets Trial Date for Miner',
    'House to Vote on Token Act',
  ],
  flat: ['Bitcoin Holds Sideways in Zurich', 'Bitcoin Stuck in Tight Range'],
  analysis: ['Price Analysis: Bitcoin Holds $9,000'],
  comparison: ['Bitcoin vs. Gold: Expanding in Zurich'],
  moved: ['Unknown Wallet Moves $1 Billion in Bitcoin'],
};

for (const [rule, headlines] of Object.entries(RULES)) {
  test(`${rule}: a headline of this genre is neutral`, () => {
    for (const headline of headlines) {
      const { label, because } = score(headline);
      assert.equal(label, 'neutral', `${headline}: ${JSON.stringify(because)}`);
    }
    const all = headlines.flatMap((headline) => score(headline).because.map(({ what }) => what));
    assert.ok(
      all.some((what) => what.startsWith(`${rule} (`)),
      `${rule} is named: ${all}`,
    );
  });
}

test('a genre scales only part of the score: strong news stays news', () => {
  assert.equal(score('How Hackers Stole $40 Million and Defrauded an Exchange').label, 'negative');
  assert.equal(score('Price Analysis: Bitcoin Surges to Record After Breakout').label, 'positive');
  const told = score('Bitcoin Rallies in Zurich Today').score ?? 0;
  const asked = score('Bitcoin Rallies in Zurich Today?').score ?? 0;
  assert.ok(asked > 0 && asked < told / 2);
});

test('very short and hedged titles count less', () => {
  assert.ok((score('Bitcoin Climbs').score ?? 0) < (score('Bitcoin Climbs in Zurich Today').score ?? 0));
  assert.ok(
    (score('Bitcoin May Climb This Week').score ?? 0) < (score('Bitcoin to Climb This Week').score ?? 0),
  );
});

test('an amount does not open a list', () => {
  assert.equal(score('5,000 Bitcoin Stolen From Exchange').label, 'negative');
  assert.ok(!score('$12 Coins Stolen From Exchange').because.some(({ what }) => what.startsWith('listing')));
});
