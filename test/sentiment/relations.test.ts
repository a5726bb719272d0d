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

test('gains and losses of short sellers are reversed', () => {
  opposed([
    ['Short Sellers Lose $6B', 'Funds Lose $6B'],
    ['Short Sellers Suffer in May', 'Short Sellers Gain in May'],
    ['Bearish Bets on Bitcoin Unwound', 'Bears Gain Ground on Bitcoin'],
    ['Bears Lose Their Grip on Bitcoin', 'Bulls Lose Their Grip on Bitcoin'],
    ['Short Sellers Get Burned Again', 'Depositors Get Burned Again'],
  ]);
});

test('“over” reverses what precedes it, and not what follows', () => {
  opposed([
    ['Panic Selling Is Over', 'The Crypto Rally Is Over'],
    ['The Slump Is Over, Bulls Return', 'The Boom Is Over, Losses Return'],
    ['Crypto Ban Off the Table', 'Bank Partnership Off the Table'],
  ]);
});

test('the end of a week or year reverses nothing', () => {
  opposed([
    ['Bitcoin Ends Year Up 120%', 'Bitcoin Ends Year Down 60%'],
    ['Ether Ends the Week Higher', 'Ether Ends the Week Lower'],
  ]);
});

test('“thrown out” reverses its subject; two adjacent bad words are reversed together', () => {
  opposed([
    ['Fraud Charges Thrown Out', 'Fraud Charges Filed'],
    ['Fraud Charges Against Founder Thrown Out', 'Founder Who Promised Riches Faces Fraud Charges'],
  ]);
});

test('adjacent quantities move together', () => {
  opposed([
    ['Crypto Scam Losses Fell by Half', 'Crypto Scam Losses Rose by Half'],
    ['Losses From Crypto Hacks Drop', 'Losses From Crypto Hacks Climb'],
  ]);
});

test('“in” after an amount does not name what moves', () => {
  opposed([['Bitcoin Fees Down 12% in June', 'Bitcoin Down 12% in Risk Flight']]);
});

test('negations and stops do not reach across a comma', () => {
  const { because } = score('Exchange Delists Nothing, Adds Eight Coins');
  assert.ok(because.some(({ what, points }) => what === '“Adds”' && points > 0));
  assert.ok((score('Bank Halts Plans, Launch Follows').because.at(-1)?.points ?? 0) > 0);
});

test('a phrase that is negated already is not reversed again', () => {
  assert.equal(score('Goldman: Bitcoin Is Not an Asset Class, Not Suitable for Clients').label, 'negative');
});

test('an epithet counts little beside the news', () => {
  opposed([['Hacked Exchange Resumes Withdrawals', 'Hacked Exchange Loses Customers']]);
  const [known] = score('Sanctioned Mixer Wins in Court').because;
  assert.match(known?.what ?? '', /^“Sanctioned” \(of before\)$/);
});

test('a possessive is not a verb', () => {
  assert.equal(score("Shark Tank's O'Leary Invests in Bitcoin").label, 'positive');
  assert.deepEqual(score("Shark Tank's O'Leary in Zurich").because, []);
});
