import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { cli, finish, serve } from '../support/processes/process.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const call = (t: TestContext, args: readonly string[], env = {}) => finish(cli(t, args, env));

test('--help names every command and every setting; --version is the package’s', async (t) => {
  const help = await call(t, ['--help']);
  assert.equal(help.code, 0);
  for (const name of [
    'serve',
    'show',
    'doctor',
    'refresh',
    'score',
    'import',
    'export',
    'delete',
    'backup',
    ...Object.keys(SETTINGS),
  ])
    assert.ok(help.output.includes(name), name);
  assert.equal((await call(t, ['show', '--help'])).code, 0);
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(await call(t, ['--version']), { code: 0, output: `${version}\n` });
});

test('usage errors exit with 64 and say what to do', async (t) => {
  for (const args of [
    [],
    ['nonsense'],
    ['--nonsense'],
    ['serve', 'x'],
    ['toString'],
    ['refresh', '--url=x'],
  ]) {
    const { code, output } = await call(t, args);
    assert.equal(code, 64, `${args}: ${output}`);
    assert.match(output, /^is-bitcoin-lit: .*\(see --help\)\n$/);
  }
});

test('refresh uses the service, with its token, or else the store', async (t) => {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(Date.now() - 1000), null]));
  const settings = {
    SENTICRYPT_URL: upstream.url,
    DATA_DIR: join(temporaryFolder(t), 'data'),
    REFRESH_TOKEN: 'a-long-random-text',
    PORT: String(await freePort()),
  };
  const onStore = await call(t, ['refresh'], settings);
  assert.equal(onStore.code, 0);
  assert.match(
    onStore.output,
    /refreshing the store\n2 received: 1 added, 0 duplicates, 1 rejected \(1 not_an_object\)/,
  );
  await serve(t, settings);
  const byService = await call(t, ['refresh', '--json'], settings);
  assert.equal(byService.code, 0);
  assert.equal(JSON.parse(byService.output).duplicates, 1);
  const withoutToken = await call(t, ['refresh'], { ...settings, REFRESH_TOKEN: 'another-long-random-text' });
  assert.equal(withoutToken.code, 3);
  assert.match(withoutToken.output, /bearer token/);
});

test('a failed refresh exits with 3, with the reason and its cause', async (t) => {
  const settings = {
    SENTICRYPT_URL: `http://127.0.0.1:${await freePort()}`,
    DATA_DIR: temporaryFolder(t),
    PORT: String(await freePort()),
  };
  const { code, output } = await call(t, ['refresh'], settings);
  assert.equal(code, 3);
  assert.match(output, /the source cannot be reached: connection refused: .*ECONNREFUSED/);
});

test('settings may be in a file .env, and those of the environment override them', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, '.env'), 'PORT=http\n');
  const fromFile = await finish(cli(t, ['show'], {}, folder));
  assert.equal(fromFile.code, 78);
  assert.match(fromFile.output, /PORT must be/);
  const outdone = await finish(cli(t, ['show'], { PORT: String(await freePort()) }, folder));
  assert.equal(outdone.code, 3, outdone.output);
});
