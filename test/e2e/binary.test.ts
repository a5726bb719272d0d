import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { buildBinary } from '../../scripts/binary.ts';
import { assertComplete } from '../support/installed.ts';
import { finish, run } from '../support/processes/process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const isTooOld = Number.parseInt(process.versions.node, 10) < 26;

test('the executable serves, shows, scores and checks without Node.js', {
  skip: isTooOld && 'Node.js 26 can build it',
}, async (t) => {
  const folder = temporaryFolder(t);
  const { file, licenses } = await buildBinary(folder);
  t.diagnostic(
    `${(statSync(file).size / 1e6).toFixed(1)} MB, of which Node.js ${(statSync(process.execPath).size / 1e6).toFixed(1)}`,
  );
  for (const name of ['preact', 'fastify', 'undici', 'OPEN FONT LICENSE', 'Bitcoin'])
    assert.match(readFileSync(licenses, 'utf8'), new RegExp(name, 'i'));
  // Without a PATH, it can start no other program.
  await assertComplete(t, [file], folder);
  const unknown = await finish(run(t, file, ['sohw'], { env: { PATH: '' }, cwd: folder }));
  assert.equal(unknown.code, 64);
  assert.match(unknown.output, /did you mean show/);
});
