import assert from 'node:assert/strict';
import { test } from 'node:test';
import { score } from '../../src/sentiment/score.ts';

/** Each pair has the same words but for what turns it, so that a list of words alone gives both one side. */
function opposed(pairs: readonly (readonly [good: string, bad: string])[]): void {
  for (const [good, bad] of pairs) {
    const told = [good, bad].map((title) => `${title} ${JSON.stringify(score(title).because)}`).join('\n');
    assert.deepEqual([score(good).label, score(bad).label], ['positive', 'negative'], told);
  }
}

test('what those do or suffer who bet against the market has the other side', () => {
  opposed([
    ['Short Sellers Lose $6B', 'Funds Lose $6B'],
    ['Short Sellers Suffer in May', 'Short Sellers Gain in May'],
    ['Bearish Bets on Bitcoin Unwound', 'Bears Gain Ground on Bitcoin'],
    ['Bears Lose Their Grip on Bitcoin', 'Bulls Lose Their Grip on Bitcoin'],
    ['Short Sellers Get Burned Again', 'Depositors Get Burned Again'],
  ]);
});

test('what is over is turned round, and what comes behind that is not', () => {
  opposed([
    ['Panic Selling Is Over', 'The Crypto Rally Is Over'],
    ['The Slump Is Over, Bulls Return', 'The Boom Is Over, Losses Return'],
    ['Crypto Ban Off the Table', 'Bank Partnership Off the Table'],
  ]);
});

test('how a span of time ends turns nothing round', () => {
  opposed([
    ['Bitcoin Ends Year Up 120%', 'Bitcoin Ends Year Down 60%'],
    ['Ether Ends the Week Higher', 'Ether Ends the Week Lower'],
  ]);
});

test('what is thrown out is turned round, two words that stand together as one', () => {
  opposed([
    ['Fraud Charges Thrown Out', 'Fraud Charges Filed'],
    ['Fraud Charges Against Founder Thrown Out', 'Founder Who Promised Riches Faces Fraud Charges'],
  ]);
});

test('quantities that stand together move together', () => {
  opposed([
    ['Crypto Scam Losses Fell by Half', 'Crypto Scam Losses Rose by Half'],
    ['Losses From Crypto Hacks Drop', 'Losses From Crypto Hacks Climb'],
  ]);
});

test('what follows an amount by “in” is not what moves', () => {
  opposed([['Bitcoin Fees Down 12% in June', 'Bitcoin Down 12% in Risk Flight']]);
});

test('a comma ends what a negation or a stop reaches', () => {
  const { because } = score('Exchange Delists Nothing, Adds Eight Coins');
  assert.ok(because.some(({ what, points }) => what === '“Adds”' && points > 0));
  assert.ok((score('Bank Halts Plans, Launch Follows').because.at(-1)?.points ?? 0) > 0);
});

test('a phrase that is denied already is not turned once more', () => {
  assert.equal(score('Goldman: Bitcoin Is Not an Asset Class, Not Suitable for Clients').label, 'negative');
});

test('by what somebody is known counts little beside what they do', () => {
  opposed([['Hacked Exchange Resumes Withdrawals', 'Hacked Exchange Loses Customers']]);
  const [known] = score('Sanctioned Mixer Wins in Court').because;
  assert.match(known?.what ?? '', /^“Sanctioned” \(of before\)$/);
});

test('what owns something is no verb', () => {
  assert.equal(score("Shark Tank's O'Leary Invests in Bitcoin").label, 'positive');
  assert.deepEqual(score("Shark Tank's O'Leary in Zurich").because, []);
});
