import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporary.ts';

const UNIT = readFileSync(new URL('../../ops/systemd/is-bitcoin-lit.service', import.meta.url), 'utf8');
/** Exposure by `systemd-analyze security`, from 0 (fully sandboxed) to 10. */
const HIGHEST_EXPOSURE = 2;

function isInstalled(): boolean {
  const { status } = spawnSync('systemd-analyze', ['--version']);
  return status === 0;
}

test('the systemd unit is valid and sandboxed', {
  skip: !isInstalled() && 'systemd-analyze is not installed (Debian: systemd)',
}, (t) => {
  const file = join(temporaryFolder(t), 'is-bitcoin-lit.service');
  // A program that exists on every machine.
  writeFileSync(file, UNIT.replace('/usr/local/bin/is-bitcoin-lit', process.execPath));
  const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  const about = verified.stderr.split('\n').filter((line) => line.includes('is-bitcoin-lit.service'));
  assert.deepEqual(about, []);
  const report = execFileSync('systemd-analyze', ['security', '--offline=true', file], { encoding: 'utf8' });
  const [, exposure = ''] = /Overall exposure level for .*: ([\d.]+)/.exec(report) ?? [];
  assert.ok(exposure !== '' && Number(exposure) <= HIGHEST_EXPOSURE, report);
});
