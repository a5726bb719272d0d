import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runChecks } from '../../src/diagnosis/run.ts';
import { command } from '../support/processes/command.ts';
import { diagnose } from '../support/processes/doctor.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { OFFLINE_SETTINGS } from '../support/upstreams/offline-settings.ts';

test('names every invalid setting without its value, and skips checks that need it', async (t) => {
  const outcome = await diagnose(t, {
    SOURCE: 'live',
    DATA_DIR: join(temporaryFolder(t), 'data'),
    PORT: 'secret-port',
    RATE_LIMIT: 'secret-rate',
    KRAKEN_URL: 'ftp://secret-host/',
    REFRESH_TOKEN: 'a secret with blanks',
  });
  assert.equal(outcome.code, 3);
  const wrong = outcome.rows.filter(({ check, result }) => check === 'settings' && result === 'failed');
  assert.deepEqual(wrong.map(({ name }) => name).toSorted(), [
    'KRAKEN_URL',
    'PORT',
    'RATE_LIMIT',
    'REFRESH_TOKEN',
  ]);
  assert.match(outcome.row('PORT'), /^failed: must be a whole number from 0 to 65535 → Correct it/);
  assert.match(outcome.row('kraken'), /^failed: not checked: KRAKEN_URL must be corrected first$/);
  assert.match(outcome.row('coinbase'), /cannot be reached/);
  assert.match(outcome.row('database'), /^ok/);
  assert.doesNotMatch(outcome.stdout + outcome.stderr, /secret/);
});

test('with an invalid REDIS_URL, no other store is checked instead', async (t) => {
  const { code, row, rows } = await diagnose(t, { SOURCE: 'simulated', REDIS_URL: 'redis://secret/x/y' });
  assert.equal(code, 3);
  assert.match(row('store'), /^failed: not checked: REDIS_URL must be corrected first$/);
  assert.equal(rows.filter(({ check }) => check === 'store').length, 1);
});

test('with an invalid proxy, no source is contacted, and the network is not blamed', async (t) => {
  const DATA_DIR = temporaryFolder(t);
  const { code, row, stdout } = await diagnose(t, {
    SOURCE: 'live',
    DATA_DIR,
    https_proxy: 'socks5://secret',
  });
  assert.equal(code, 3);
  assert.match(row('HTTPS_PROXY'), /^failed: https_proxy must be the http or https URL of a proxy/);
  assert.match(row('coinbase'), /^failed: not checked: HTTPS_PROXY must be corrected first$/);
  assert.match(row('price'), /→ Correct what failed above\.$/);
  assert.doesNotMatch(stdout, /No source can be reached|secret/);
});

test('warns about risky settings', async (t) => {
  const DATA_DIR = temporaryFolder(t);
  const { code, row } = await diagnose(t, { SOURCE: 'simulated', DATA_DIR, STALE_AFTER: '1s' });
  assert.equal(code, 0);
  assert.match(row('settings'), /^warning: REFRESH_INTERVAL is longer than STALE_AFTER/m);
});

test('a check that hangs is reported at the time limit', async () => {
  Object.assign(process.env, OFFLINE_SETTINGS);
  const all = await runChecks(1);
  for (const { heading, results } of all) {
    assert.equal(results.length, 1, heading);
    assert.match(results[0]?.detail ?? '', /did not finish within 0\.001 s/);
    assert.equal(results[0]?.isFatal, true);
  }
});

test('accepts only --json', async (t) => {
  const { code, stderr } = await command(t, ['doctor', 'live']);
  assert.equal(code, 64);
  assert.match(stderr, /see is-bitcoin-lit doctor --help/);
});
