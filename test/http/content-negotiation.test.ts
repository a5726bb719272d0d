import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredEncoding, preferredType } from '../../src/http/caching/content-negotiation.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

for (const [accept, expected] of [
  [undefined, JSON_TYPE],
  ['', undefined],
  ['*/*', JSON_TYPE],
  ['text/csv', CSV_TYPE],
  ['TEXT/CSV ; Q=0.5', CSV_TYPE],
  ['text/*', CSV_TYPE],
  ['text/csv;q=0.9, application/json', JSON_TYPE],
  ['text/csv, application/json;q=0.9', CSV_TYPE],
  ['text/csv, application/json', CSV_TYPE],
  ['application/json, text/csv', JSON_TYPE],
  ['text/csv;header=present;q=0.9, application/json;q=0.8', CSV_TYPE],
  ['text/csv;q=0.9, application/json;charset=UTF-8', JSON_TYPE],
  ['*/*;q=0.5, text/csv', CSV_TYPE],
  ['*/*, application/json;q=0', CSV_TYPE],
  ['text/html,application/xhtml+xml,*/*;q=0.8', JSON_TYPE],
  ['image/png', undefined],
  ['text/csv;q=0', undefined],
  [',,;;,q=1', undefined],
  [`text/csv${',text/csv'.repeat(1000)}`, JSON_TYPE],
] as const) {
  test(`Accept: ${accept?.slice(0, 60)} selects ${expected}`, async () => {
    assert.equal(await preferredType({ accept }, [JSON_TYPE, CSV_TYPE]), expected);
  });
}

for (const [accepted, expected] of [
  [undefined, 'identity'],
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0.1, br;q=0', 'gzip'],
  ['identity, gzip;q=0.5', 'identity'],
  ['identity;q=0, gzip', 'gzip'],
  ['identity;q=0', 'identity'],
  ['deflate', 'identity'],
  ['gzip;q=0', 'identity'],
] as const) {
  test(`Accept-Encoding: ${accepted} selects ${expected}`, async () => {
    assert.equal(await preferredEncoding({ 'accept-encoding': accepted }, ['br', 'gzip']), expected);
  });
}
