import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { COMMANDS } from '../../src/cli/definitions/all.ts';
import { commandHelp } from '../../src/cli/help/help.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { command } from '../support/processes/command.ts';
import { cli, finish, serve } from '../support/processes/process.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const call = (t: TestContext, args: readonly string[], env = {}) => finish(cli(t, args, env));

test('--help lists every command; serve --help lists every setting', async (t) => {
  const overview = await command(t, ['--help']);
  assert.equal(overview.code, 0);
  for (const [name, { summary }] of Object.entries(COMMANDS))
    assert.match(overview.stdout, new RegExp(`^  ${name}\\b.*  ${summary}$`, 'm'));
  const { stdout } = await command(t, ['serve', '--help']);
  for (const name of Object.keys(SETTINGS)) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
});

test('--help of a command shows its own options, exit codes and examples, and only these', async () => {
  for (const [name, definition] of Object.entries(COMMANDS)) {
    const text = await commandHelp(name, definition);
    const options = [...text.matchAll(/^ {2}(?:-h, )?--([a-z-]+)/gm)].map(([, option]) => option);
    assert.deepEqual(options, [...Object.keys(definition.options ?? {}), 'help', 'version'], name);
    const codes = [...text.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code));
    assert.deepEqual(
      codes,
      [...new Set([...Object.keys(definition.exitCodes).map(Number), 64, 70, 78])].toSorted((a, b) => a - b),
    );
    for (const example of definition.examples)
      assert.match(example, new RegExp(`\\bis-bitcoin-lit ${name}\\b`));
    assert.ok(definition.examples.length > 0, name);
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
  }
});

test('the examples of the help are command lines that the parser accepts', async () => {
  for (const definition of Object.values(COMMANDS)) {
    for (const example of definition.examples) {
      const [, rest = ''] = /\bis-bitcoin-lit \w+ ?([^>)]*)/.exec(example) ?? [];
      await parseArguments(rest.split(' ').filter(Boolean), definition);
    }
  }
});

test('a default is one of the allowed values', () => {
  for (const { options = {} } of Object.values(COMMANDS))
    for (const { choices, fallback } of Object.values(options))
      if (choices && fallback !== undefined) assert.ok(choices.includes(fallback));
});

test('without a command, the program prints a short usage, and exits with neither 0 nor 1', async (t) => {
  const { code, stdout, stderr } = await command(t, []);
  assert.equal(code, 64);
  assert.equal(stdout, '');
  assert.match(stderr, /^Usage: is-bitcoin-lit COMMAND/);
  assert.ok(stderr.split('\n').length < 10);
  assert.equal((await command(t, ['help'])).code, 0);
  assert.match((await command(t, ['help', 'show'])).stdout, /^Usage: is-bitcoin-lit show/);
});

test('a mistyped command or option is told the nearest one', async (t) => {
  for (const [args, message] of [
    [['srve'], /unknown command: srve; did you mean serve\? \(see is-bitcoin-lit --help\)/],
    [['show', '--jsno'], /unknown option: --jsno; did you mean --json\? \(see is-bitcoin-lit show --help\)/],
    [['--hlep'], /unknown option: --hlep; did you mean --help\?/],
    [['bitcoin'], /unknown command: bitcoin \(see/],
  ] as const) {
    const { code, stderr } = await command(t, args);
    assert.equal(code, 64);
    assert.match(stderr, message);
  }
});

test('values outside the choices, missing and unexpected arguments are refused', async (t) => {
  for (const [args, message] of [
    [['export', '--bucket', '2h'], /--bucket must be one of raw, 30s, .*, 1w /],
    [['import', '--from', 'nowhere'], /--from must be coinbase or senticrypt /],
    [['delete', '--to', 'now'], /--from is required /],
    [['backup'], /FILE is required /],
    [['backup', 'a', 'b'], /unexpected argument: b /],
  ] as const) {
    const { code, stderr } = await command(t, args);
    assert.equal(code, 64);
    assert.match(stderr, message);
  }
});

test('--version prints the package’s version', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(await call(t, ['--version']), { code: 0, output: `${version}\n` });
});

test('usage errors exit with 64 and say what to do', async (t) => {
  for (const args of [['nonsense'], ['--nonsense'], ['serve', 'x'], ['toString'], ['refresh', '--url=x']]) {
    const { code, output } = await call(t, args);
    assert.equal(code, 64, `${args}: ${output}`);
    assert.match(output, /^is-bitcoin-lit: .*\(see is-bitcoin-lit (\w+ )?--help\)\n$/);
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
