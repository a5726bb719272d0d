import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { run } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startOutside } from '../support/upstreams/live.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The packed package and its dependencies, in `node_modules` of an empty project. */
function installPackage(folder: string): string {
  execFileSync(process.execPath, ['--no-warnings', 'scripts/prepack.ts'], { cwd: ROOT });
  // Does not build the page again: that would remove its files from tests that run at the same time.
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim();
  const modules = join(folder, 'node_modules');
  const target = join(modules, 'is-bitcoin-lit');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed), '-C', target, '--strip-components=1']);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  return target;
}

test('the installed package runs: JavaScript, word lists, the parser thread, the page', async (t) => {
  const folder = temporaryFolder(t);
  const target = installPackage(folder);
  const files = readdirSync(target, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter((name) => /\.tsx?$|^(src|test|scripts|bench)\b/.test(name)),
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
