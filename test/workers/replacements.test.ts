import assert from 'node:assert/strict';
import { copyFileSync, cpSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { LOCAL_ONLY } from '../support/processes/local-only.ts';
import { finish, run } from '../support/processes/process.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { childrenOf, openConnections, serveWith } from '../support/processes/workers.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const SIMULATED = { SOURCE: 'simulated', PORT: '0', REFRESH_INTERVAL: '0', WORKERS: '2' };

/** Makes workers listen long after they have read their first answer. */
const LATE_LISTEN = `
  import { Server } from 'node:net';
  const { listen } = Server.prototype;
  if (process.send) Server.prototype.listen = function (...args) {
    console.log('about to listen');
    setTimeout(() => listen.apply(this, args), 1000);
    return this;
  };`;

test('a worker that starts during a refresh has the new answer', async (t) => {
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const upstream = await startUpstream(t, JSON.stringify([snapshot(hour, 1)]));
  const service = await serveWith(t, 2, {
    DATA_DIR: temporaryFolder(t),
    SENTICRYPT_URL: upstream.url,
    CACHE_TTL: '24h',
    NODE_OPTIONS: `${LOCAL_ONLY} --import=data:text/javascript,${encodeURIComponent(LATE_LISTEN)}`,
  });
  const refresh = async () => {
    const options = { method: 'POST', headers: { connection: 'close' } };
    assert.equal((await fetch(`${service.address}/refresh`, options)).status, 200);
  };
  await refresh();
  const before = service.output().length;
  const replaced = service.replace(service.pids()[0] ?? 0);
  await eventually('its replacement has started', () => service.output().includes('about to listen', before));
  upstream.answer(JSON.stringify([snapshot(hour + 1, 2)]));
  await refresh();
  assert.doesNotMatch(service.output().slice(before), /worker \d+ serves/);
  await replaced;
  for (const connection of openConnections(t, service.address, 6)) {
    const { body } = await connection.ask('/is-bitcoin-lit');
    assert.equal(JSON.parse(body).hourly_average_of_averages[2].price_samples, 2);
  }
});

test('a replacement has the settings of the others, whatever .env says then', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, '.env'), 'STALE_AFTER=7m\n');
  const service = run(t, process.execPath, [PROGRAM, 'serve'], {
    env: { ...SIMULATED, DATA_DIR: folder },
    cwd: folder,
  });
  await service.until(/listening on/);
  writeFileSync(join(folder, '.env'), 'STALE_AFTER=7m\nCACHE_TTL=nonsense\n');
  process.kill(childrenOf(service.child.pid)[0] ?? 0, 'SIGKILL');
  await service.until(/worker \d+ serves/);
  assert.equal([...service.output().matchAll(/worker \d+ ended/g)].length, 1);
});

test('a worker that cannot be started is tried again', async (t) => {
  const folder = temporaryFolder(t);
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  const service = run(t, node, [PROGRAM, 'serve'], { env: { ...SIMULATED, DATA_DIR: folder } });
  const [, address = ''] = await service.until(/listening on (http:\/\/[^"\s]+)/);
  renameSync(node, `${node}-away`);
  process.kill(childrenOf(service.child.pid)[0] ?? 0, 'SIGKILL');
  await service.until(/worker \d+ ended \(spawn [^)]*ENOENT\), and is replaced in 400 ms/);
  assert.equal((await fetch(`${address}/health/live`)).status, 200);
  renameSync(`${node}-away`, node);
  await service.until(/worker \d+ serves/);
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
});

test('a service whose program was replaced by another version ends with 75, to be restarted', async (t) => {
  const folder = temporaryFolder(t);
  const program = join(folder, 'dist/main.js');
  cpSync(dirname(PROGRAM), join(folder, 'dist'), { recursive: true });
  const service = run(t, process.execPath, [program, 'serve'], { env: { ...SIMULATED, DATA_DIR: folder } });
  await service.until(/listening on/);
  for (const file of globSync(join(folder, 'dist/*.js'))) {
    const text = readFileSync(file, 'utf8');
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    if (text.includes(version)) writeFileSync(file, text.replaceAll(version, '99.0.0'));
  }
  process.kill(childrenOf(service.child.pid)[0] ?? 0, 'SIGKILL');
  assert.deepEqual(await service.ended, { code: 75, signal: null }, service.output());
  assert.match(service.output(), /the program was replaced by version 99\.0\.0/);
  assert.doesNotMatch(service.output(), /worker \d+ serves/);
});

test('in a cluster of another program, WORKERS ends with exit code 78 and one line', async (t) => {
  const script = `
    const cluster = require('node:cluster');
    cluster.setupPrimary({ exec: ${JSON.stringify(PROGRAM)}, args: ['serve'], execArgv: [] });
    cluster.fork().on('exit', (code) => process.exit(code));`;
  const { code, output } = await finish(
    run(t, process.execPath, ['-e', script], { env: { ...SIMULATED, DATA_DIR: temporaryFolder(t) } }),
  );
  assert.equal(
    output,
    'is-bitcoin-lit: WORKERS does not work in a cluster of another program, such as pm2 -i: set it to 1\n',
  );
  assert.equal(code, 78);
});
