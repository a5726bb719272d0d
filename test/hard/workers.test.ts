import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../support/processes/process.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { childrenOf } from '../support/processes/workers.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a service without workers for a minute ends with 70', async (t) => {
  const folder = temporaryFolder(t);
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  const service = run(t, node, [PROGRAM, 'serve'], {
    env: { SOURCE: 'simulated', PORT: '0', WORKERS: '2', DATA_DIR: folder },
  });
  await service.until(/listening on/);
  renameSync(node, `${node}-away`);
  for (const pid of childrenOf(service.child.pid)) process.kill(pid, 'SIGKILL');
  assert.deepEqual(await service.ended, { code: 70, signal: null });
  assert.match(service.output(), /no worker has been able to start for a minute/);
});
