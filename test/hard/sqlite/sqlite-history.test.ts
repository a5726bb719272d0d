import assert from 'node:assert/strict';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../support/data/random.ts';
import { run } from '../../support/processes/process.ts';
import { assertRollupsMatchSamples } from '../../support/stores/rollups.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const WRITER = fileURLToPath(new URL('../../support/processes/store-writer.ts', import.meta.url));
const ROUNDS = 12;

test('hours and days are right after two processes append and remove, and are killed', async (t) => {
  const random = seededRandom(t)(0);
  const path = join(temporaryFolder(t), 'samples.sqlite');
  let maxSamples = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const writers = [0, 1].map(() =>
      run(t, process.execPath, [WRITER, path, String(Math.floor(random() * 2 ** 31))]),
    );
    await Promise.all(writers.map((writer) => writer.until(/ready/)));
    for (const { child, ended, output } of writers) {
      await sleep(random() * 300);
      child.kill('SIGKILL');
      assert.equal((await ended).signal, 'SIGKILL', output());
      maxSamples = Math.max(maxSamples, assertRollupsMatchSamples(path).samples);
    }
  }
  assert.ok(maxSamples > 1000, `at most ${maxSamples} samples were stored`);
});
