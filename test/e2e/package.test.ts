import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { finish, run } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startOutside } from '../support/upstreams/live.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The package as a registry would have it, in `node_modules` of an empty project. It depends on no other package. */
function installPackage(folder: string): string {
  // Does not build page and bundle again: that would remove files from tests that run at the same time.
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim();
  const target = join(folder, 'node_modules/is-bitcoin-lit');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed), '-C', target, '--strip-components=1']);
  return target;
}

test('the installed package runs: JavaScript, word lists, the parser thread, the page', async (t) => {
  const folder = temporaryFolder(t);
  const target = installPackage(folder);
  const files = readdirSync(target, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter((name) => /(?<!\.d)\.tsx?$|^(src|test|scripts|bench)\b/.test(name)),
    [],
  );
  const { environment } = await startOutside(t);
  const env = { ...environment, DATA_DIR: join(folder, 'data'), PORT: '0', REFRESH_INTERVAL: '1s' };
  const bin = join(target, 'bin/is-bitcoin-lit.mjs');
  const running = run(t, process.execPath, [bin, 'serve'], { env, cwd: folder });
  const [, address = ''] = await running.until(/listening on (http:\/\/[^"\s]+)/);
  const page = await (await fetch(address)).text();
  const [, script = ''] = /src="(\/assets\/[^"]+)"/.exec(page) ?? [];
  assert.equal((await fetch(`${address}${script}`)).status, 200, page);
  await eventually('headlines were parsed and scored', async () => {
    const { sentiment } = await json(fetch(`${address}/sources`));
    return sentiment.count > 0 && sentiment.headlines[0].because.length > 0;
  });
  const help = run(t, process.execPath, [bin, '--help'], { cwd: folder });
  assert.equal((await help.ended).code, 0);
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
