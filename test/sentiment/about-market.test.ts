import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAboutMarket } from '../../src/sentiment/about-market.ts';

const ABOUT = [
  'Bitcoin Holds $40K',
  'BTC and ETH Slide',
  'Crypto Markets Add $40 Billion as XRP Leads',
  'Coinbase Reports a Quarterly Loss',
  'Tether Cuts Commercial Paper',
  'Regulators Draft Crypto Rules',
  'Hashrate Hits Record',
  'Altcoins Bleed',
  'Ethereum Falls With Bitcoin',
  'India Plans a Cryptocurrency Tax',
];

const NOT_ABOUT = [
  'Bitcoin Cash Forks Again',
  'Ethereum Developers Set Date for Fork',
  'Cardano Upgrade Goes Live',
  'CryptoPunk NFT Sells for $1 Million',
  'Coinbase Lists Dogecoin',
  'Apple Reports Record Revenue',
  'Central Bank Tests CBDC',
  '',
];

test('Bitcoin and the market as a whole count', () => {
  for (const title of ABOUT) assert.ok(isAboutMarket(title), title);
});

test('other coins, NFTs and other industries do not', () => {
  for (const title of NOT_ABOUT) assert.ok(!isAboutMarket(title), title);
});
