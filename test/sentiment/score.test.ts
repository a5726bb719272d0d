import assert from 'node:assert/strict';
import { test } from 'node:test';
import { score } from '../../src/sentiment/score.ts';
import { LABELLED_SETS, type Label, readLabelledHeadlines } from '../support/data/labelled.ts';

function each(label: Label, headlines: readonly string[]): void {
  for (const headline of headlines) {
    const { label: found, because } = score(headline);
    assert.equal(
      found,
      label,
      `${headline}\n${because.map(({ what, points }) => `${what} ${points}`).join('\n')}`,
    );
  }
}

test('verbs are good or bad in all their forms', () => {
  each('positive', ['Bitcoin rises again today', 'Bitcoin rose again today', 'Zurich bank adopting Bitcoin']);
  each('negative', ['Bitcoin falls again today', 'Bitcoin fell again today', 'Zurich bank banning Bitcoin']);
});

test('a news verb without anything bad is good news; a headline without a verb is neutral', () => {
  each('positive', [
    'Zurich Exchange Launches Bitcoin Savings Plan',
    'Payments Firm Integrates Lightning',
    'Lender Files for Spot Bitcoin ETF',
    'Insurer Joins Hands With Custody Startup',
  ]);
  each('neutral', ['Bitcoin, Gold and the Dollar in 2021', 'Zurich and the Miners of the Alps']);
});

test('a good verb with a bad object is not good', () => {
  each('negative', [
    'Exchange Announces Layoffs',
    'Parliament Approves Crypto Ban',
    'Lender Adds to Its Losses',
  ]);
});

test('a quantity that is bad when it rises reverses the move', () => {
  each('positive', [
    'Bitcoin Fund Outflows Fall for Third Week',
    'Losses Narrow at Zurich Exchange',
    'Ethereum Fees Plunge',
    'Crypto Crime Drops by Half',
    'Inflation Cools in October',
    'Inflation Fears Ease',
    'Bitcoin Supply on Exchanges Drops to Five-Year Low',
    'Ransomware Payments Fall by a Third',
  ]);
  each('negative', [
    'Outflows Hit Record at Bitcoin Funds',
    'Bitcoin Fees Soar to $60',
    'Crypto Scam Losses Double in a Year',
    'Fund Reports Record Outflows',
  ]);
  each('positive', ['Bitcoin Hashrate Hits Record', 'Bitcoin Fund Inflows Climb']);
  each('negative', ['Bitcoin Hashrate Drops 15%', 'Bitcoin Fund Inflows Shrink']);
});

test('a cause does not reverse a move', () => {
  each('negative', ['Bitcoin Falls on Fears of New Rules', 'Token Slides After Fraud Report']);
});

test('“hits” takes the side of what is reached', () => {
  each('positive', ['Bitcoin Hits New High Tonight', 'Bitcoin Hits $50,000 in Sunday Trading']);
  each('negative', ['Bitcoin Hits Yearly Low Tonight', 'Exchange Hit by Outage on Sunday']);
});

test('a negation reverses what follows', () => {
  each('positive', [
    'Bitcoin Is Not Dead',
    'Exchange No Longer Under Investigation',
    'Bitcoin Unlikely to Crash',
  ]);
  each('negative', [
    'Bitcoin Fails to Hold Gains',
    'Bitcoin Not Ready for Mass Adoption',
    'Bulls Struggle to Break $40K',
    'Bank Will No Longer Support Bitcoin Purchases',
  ]);
});

test('“lifted”, “dismissed” and “survived” reverse their object, before the verb and after it', () => {
  each('positive', [
    'Judge Dismisses Lawsuit Against Exchange',
    'Lawsuit Against Exchange Dismissed',
    'Zurich Lifts Ban on Bitcoin Ads',
    'Sanctions Overturned by Appeals Court',
    'Exchange Denies Insolvency',
    'Bitcoin Shrugs Off Fed Fears',
    'SEC Drops Its Investigation of Exchange',
  ]);
  each('negative', [
    'Regulator Rejects Bitcoin ETF',
    'Bank Halts Bitcoin Adoption Plan',
    'Exchange Suspends Launch',
  ]);
  each('negative', ['Regulator Halts Token Sale Over Fraud', 'Bitcoin Ends November in the Red']);
});

test('returned, refunded and recovered funds make up for the loss', () => {
  each('positive', [
    'Hacker Returns Stolen Funds to Exchange',
    'Exchange Refunds Users After Hack',
    'Police Recover $2 Million in Stolen Bitcoin',
    'Victims of Ponzi Scheme to Be Compensated',
  ]);
});

test('side clauses weigh less than the main one', () => {
  each('positive', [
    'Bitcoin Rises Despite Exchange Hack',
    'Bitcoin Climbs as Stocks Fall',
    'After Crash, Bitcoin Rallies',
  ]);
  each('negative', ['Bitcoin Drops Amid ETF Optimism', 'Despite Record Demand, Miner Collapses']);
  const main = score('Zurich Exchange Collapses').score ?? 0;
  const side = score('Zurich Exchange Waits as Rival Collapses').score ?? 0;
  assert.ok(main < side && side < 0);
});

test('what follows “but” outweighs what precedes it', () => {
  each('negative', ['Bitcoin Rises but Analysts Warn of Crash']);
  each('positive', ['Bitcoin Falls but Bulls Win Approval']);
});

test('next to a bad word, a good one is only a modifier', () => {
  each('negative', [
    'Weak Demand for Bitcoin Futures',
    'Massive Crash in Crypto',
    'Bitcoin Loses Key Support',
    'Rally Fades',
  ]);
});

test('the routine of courts and ministries is not good news', () => {
  each('neutral', ['Ministry Publishes Paper on Digital Money', 'Court Puts Questions to Token Issuer']);
  each('positive', [
    'Ministry Legalizes Bitcoin',
    'Regulator Approves Bitcoin ETF',
    'Regulators Grant License to Exchange',
  ]);
});

test('scores are multiples of 0.01, bounded by -1 and 1', () => {
  assert.equal(score('Bitcoin Soars, Surges and Rallies to Record High on Approval').score, 1);
  assert.equal(score('Hackers Steal Millions as Bankrupt Exchange Collapses in Ponzi Fraud').score, -1);
});

test('a title without words has no score', () => {
  for (const title of ['', '   ', '…', '123 456', '🚀🚀🚀', 'ビットコインが急騰', '\u0000']) {
    assert.deepEqual(score(title), { score: undefined, label: 'neutral', because: [] }, title);
  }
  assert.equal(score('Bitcoin').score, 0);
});

test('typography does not matter', () => {
  const { score: plain } = score("Bank Won't Ban Bitcoin's Lightning Network");
  assert.equal(score('Bank Won’t Ban Bitcoin’s Lightning Network').score, plain);
  assert.equal(score('BANK WON’T BAN BITCOIN’S LIGHTNING NETWORK').score, plain);
  assert.equal(score('“Bank Won’t Ban Bitcoin’s Lightning Network”').score, plain);
  assert.equal(score('Ｂｉｔｃｏｉｎ　Ｓｕｒｇｅｓ').score, score('Bitcoin Surges').score);
});

test('for every labelled headline, the points of the reasons add up to the score', () => {
  const titles = LABELLED_SETS.flatMap(readLabelledHeadlines).map(({ headline }) => headline);
  let explained = 0;
  for (const title of [
    ...titles,
    ...titles.map((one, at) => `${one}, ${titles[(at * 7) % titles.length]}`),
  ]) {
    const { score: value = 0, because } = score(title);
    const sum = because.reduce((total, { points }) => total + Math.round(points * 100), 0);
    assert.equal(sum, Math.round(value * 100), title);
    assert.ok(Math.abs(value) <= 1);
    explained += because.length;
  }
  assert.ok(explained > titles.length);
});

test('reasons name the words, and the rules that changed them', () => {
  assert.deepEqual(score('Bitcoin Fund Outflows Fall as Exchange Launches').because.slice(-2), [
    { what: '“Fall” (of “Outflows”)', points: 0.46 },
    { what: '“Launches” (after “as”)', points: 0.11 },
  ]);
  const [, kind] = score('Why Bitcoin Crashed').because;
  assert.match(kind?.what ?? '', /^why \(Why\)$/);
  assert.ok((kind?.points ?? 0) > 0, 'it takes some of the bad away');
});

test('a title of any length is scored in bounded time', () => {
  const began = performance.now();
  for (const part of ['not ', 'fees ', 'a, ', 'ban ', '$1 ', '((((', 'rise as ', '~ * # @ '])
    score(part.repeat(1e6));
  assert.ok(performance.now() - began < 5000);
});
