import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { assertComplete } from '../support/installed.ts';
import { finish, run } from '../support/processes/process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** Packs the package, and does not build page and bundle again: that would remove files from tests that run at the same time. */
function pack(folder: string): string {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  return join(folder, execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }).trim());
}

/** The package as a registry would have it, in `node_modules` of an empty project. It depends on no other package. */
function installPackage(folder: string): string {
  const target = join(folder, 'node_modules/is-bitcoin-lit');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', pack(folder), '-C', target, '--strip-components=1']);
  return target;
}

test('the package is small, has no sources, and runs', async (t) => {
  const folder = temporaryFolder(t);
  const target = installPackage(folder);
  const files = readdirSync(target, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter((name) => /(?<!\.d)\.tsx?$|^(src|test|scripts|bench)\b/.test(name)),
    [],
  );
  const [packed = ''] = globSync(join(folder, '*.tgz'));
  const sizes = files.map((name) => statSync(join(target, name))).filter((stat) => stat.isFile());
  const unpacked = sizes.reduce((sum, { size }) => sum + size, 0);
  t.diagnostic(`tarball ${kilobytes(statSync(packed).size)}, unpacked ${kilobytes(unpacked)}`);
  assert.ok(statSync(packed).size < 700_000);
  await assertComplete(t, [process.execPath, join(target, 'bin/is-bitcoin-lit.mjs')], folder);
});

test('npx runs the tarball, and npm installs it globally', async (t) => {
  const folder = temporaryFolder(t);
  const packed = pack(folder);
  const env = {
    npm_config_cache: join(folder, 'npm'),
    npm_config_offline: 'true',
    PORT: '0',
    DATA_DIR: folder,
  };
  const demo = run(t, 'npx', ['--yes', `./${basename(packed)}`, 'demo'], { cwd: folder, env, isGroup: true });
  const [, address = ''] = await demo.until(/listening on (http:\/\/[^"\s]+)/);
  await eventually('it answers', async () => (await fetch(`${address}/is-bitcoin-lit`)).ok);
  assert.match(await (await fetch(address)).text(), /src="\/assets\//);

  const prefix = join(folder, 'global');
  const install = ['install', '--silent', '--global', '--prefix', prefix, packed];
  execFileSync('npm', install, { env: { ...process.env, ...env } });
  const program = join(prefix, 'bin/is-bitcoin-lit');
  const { code, output } = await finish(run(t, program, ['show', '--url', address], { cwd: folder }));
  assert.ok(code === 0 || code === 1, output);
});

test('clients can import the types of responses', (t) => {
  const folder = temporaryFolder(t);
  installPackage(folder);
  writeFileSync(
    join(folder, 'client.mts'),
    `import type { Answer, History, Problem } from 'is-bitcoin-lit';
const answer = (await (await fetch('http://127.0.0.1:8080/is-bitcoin-lit')).json()) as Answer | Problem;
if ('code' in answer) throw new Error(answer.detail);
export const lit: boolean | null = answer.is_lit;
export const last: number | null | undefined = answer.hourly_average_of_averages.at(-1)?.price;
export const bucket: History['bucket'] = '1h';
// @ts-expect-error It may be null.
export const price: number | undefined = answer.hourly_average_of_averages[0]?.price;
`,
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext', '--types', ''];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, 'client.mts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});

const isRoot = process.getuid?.() === 0;
/** Root may write everywhere. */
const UNPRIVILEGED = isRoot ? ['setpriv', '--reuid', '65534', '--clear-groups'] : [];

test('no state of the compile cache changes an answer', {
  skip: isRoot && !existsSync('/usr/bin/setpriv') && 'setpriv is not installed (Debian: util-linux)',
}, async (t) => {
  const folder = temporaryFolder(t);
  const target = installPackage(folder);
  const caches = join(folder, 'caches');
  const program = [process.execPath, join(target, 'bin/is-bitcoin-lit.mjs'), 'score'];

  async function assertScores(XDG_CACHE_HOME: string, prefix: readonly string[] = []): Promise<void> {
    const [command = '', ...args] = [...prefix, ...program];
    // The tests' own cache would be used instead.
    const env = { XDG_CACHE_HOME, NODE_COMPILE_CACHE: '' };
    const scoring = run(t, command, args, { env, cwd: folder });
    scoring.child.stdin?.end('Bitcoin surges past\n');
    assert.deepEqual(await finish(scoring), { code: 0, output: '0.21\tpositive\tBitcoin surges past\n' });
  }
  const cached = (): string[] =>
    readdirSync(caches, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  await assertScores(caches);
  assert.notDeepEqual(cached(), []);
  await assertScores(caches);
  for (const file of cached()) writeFileSync(file, 'damaged');
  await assertScores(caches);
  // No file may get longer than nothing: the error of a disk without room.
  await assertScores(join(folder, 'full'), ['sh', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'sh']);
  // Neither the installation nor a cache can be written.
  execFileSync('chmod', ['-R', 'a=rX', target]);
  execFileSync('chmod', ['a=rx', folder, join(folder, 'node_modules')]);
  await assertScores(join(folder, 'denied'), UNPRIVILEGED);
  execFileSync('chmod', ['-R', 'u=rwX', folder]);
  assert.equal(existsSync(join(folder, 'denied')), false);
});
