import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clausesOf } from '../../src/sentiment/text/clauses.ts';
import { tokenizer } from '../../src/sentiment/text/tokens.ts';

const KNOWN = new Set(['sell-off', "won't", 'crypto-friendly']);
const tokenize = tokenizer((word) => KNOWN.has(word));
const possessives = (title: string) => tokenize(title).filter(({ isPossessive }) => isPossessive);
const words = (title: string) => tokenize(title).map(({ word }) => word);

test('amounts, spans of time, compounds, possessives and marks are separate kinds of tokens', () => {
  assert.deepEqual(words('Bitcoin’s $9,400 3-Month High, up 12% or 3 million'), [
    'bitcoin',
    '$9,400',
    '3-month',
    'high',
    ',',
    'up',
    '12%',
    'or',
    '3 million',
  ]);
  assert.deepEqual(words("Sell-Off Won't Hit KKR-Led Round"), [
    'sell-off',
    "won't",
    'hit',
    'kkr',
    'led',
    'round',
  ]);
  assert.deepEqual(words('$1.3B, 51% and $10K in the U.S.'), [
    '$1.3b',
    ',',
    '51%',
    'and',
    '$10k',
    'in',
    'the',
    'u.s',
  ]);
  assert.deepEqual(
    possessives("Shark Tank's O'Leary and Block’s Dorsey").map(({ word }) => word),
    ['tank', 'block'],
  );
  assert.deepEqual(words('It Survived. It Grew.'), ['it', 'survived', '.', 'it', 'grew', '.']);
});

const parts = (title: string) => {
  const tokens = tokenize(title);
  return clausesOf(tokens).map(({ from, to, weight }) => [
    tokens
      .slice(from, to)
      .map(({ word }) => word)
      .join(' '),
    weight,
  ]);
};

test('a headline is split at conjunctions and marks', () => {
  assert.deepEqual(parts('Bitcoin rises as stocks fall'), [
    ['bitcoin rises', 100],
    ['as stocks fall', 40],
  ]);
  assert.deepEqual(parts('Well-known New York analyst: Bitcoin will fall'), [
    ['well known new york analyst', 100],
    [': bitcoin will fall', 100],
  ]);
});

test('a topic of a word or two before a colon counts less', () => {
  assert.deepEqual(parts('Token Lawsuit: Judge Sets Date'), [
    ['token lawsuit', 40],
    [': judge sets date', 100],
  ]);
});

test('“as” before a complement opens no side clause', () => {
  assert.deepEqual(parts('Minister sees Bitcoin as a threat'), [['minister sees bitcoin as a threat', 100]]);
});

test('a side clause at the start ends at its comma; other commas split nothing', () => {
  assert.deepEqual(parts('Despite the crash, Bitcoin holds'), [
    ['despite the crash', 15],
    [', bitcoin holds', 100],
  ]);
  assert.deepEqual(parts('Bitcoin, Ether fall'), [['bitcoin , ether fall', 100]]);
});

test('“but” halves the weight of what precedes it', () => {
  assert.deepEqual(parts('Bitcoin fell but recovers'), [
    ['bitcoin fell', 50],
    ['but recovers', 100],
  ]);
});
