import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferred } from '../../src/http/caching/content-negotiation.ts';

const TYPES = ['application/json', 'text/csv'] as const;
const CODINGS = ['br', 'gzip', 'identity'] as const;

for (const [accept, expected] of [
  [undefined, undefined],
  ['', undefined],
  ['*/*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['TEXT/CSV ; Q=0.5', 'text/csv'],
  ['text/*', 'text/csv'],
  ['text/csv;q=0.9, application/json', 'application/json'],
  ['text/csv, application/json;q=0.9', 'text/csv'],
  ['text/csv, application/json', 'application/json'],
  ['text/csv;header=present;q=0.9, application/json;q=0.8', 'text/csv'],
  ['*/*;q=0.5, text/csv', 'text/csv'],
  ['*/*, application/json;q=0', 'text/csv'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
  ['image/png', undefined],
  ['text/csv;q=0', undefined],
  ['text/csv;q=7', undefined],
  [',,;;,q=1', undefined],
] as const) {
  test(`of JSON and CSV, Accept: ${accept} wants ${expected}`, () => {
    assert.equal(preferred(accept, TYPES), expected);
  });
}

for (const [accepted, expected] of [
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0.1, br;q=0', 'gzip'],
  ['identity, gzip;q=0.5', 'identity'],
  ['deflate', undefined],
  ['gzip;q=0', undefined],
] as const) {
  test(`of the encodings, Accept-Encoding: ${accepted} wants ${expected}`, () => {
    assert.equal(preferred(accepted, CODINGS), expected);
  });
}
