import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { buildBinary } from '../../scripts/binary.ts';
import { assertComplete } from '../support/installed.ts';
import { finish, run } from '../support/processes/process.ts';
import { childrenOf } from '../support/processes/workers.ts';
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
  const several = run(t, file, ['serve'], {
    env: { PATH: '', SOURCE: 'simulated', PORT: '0', WORKERS: '2', DATA_DIR: `${folder}/several` },
    cwd: folder,
  });
  const [, address = ''] = await several.until(/listening on (http:\/\/[^"\s]+)/);
  assert.equal((await fetch(`${address}/health/live`)).status, 200);
  assert.equal(childrenOf(several.child.pid).length, 2);
  several.child.kill('SIGTERM');
  assert.deepEqual(await several.ended, { code: 0, signal: null });
  const unknown = await finish(run(t, file, ['sohw'], { env: { PATH: '' }, cwd: folder }));
  assert.equal(unknown.code, 64);
  assert.match(unknown.output, /did you mean show/);
});
