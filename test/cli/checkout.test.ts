import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { finish, run } from '../support/processes/process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['bin', 'src', 'scripts', 'dist', 'package.json', 'package-lock.json'];

/** A copy of the project, whose bundle says that it runs. */
function checkout(t: TestContext) {
  const folder = temporaryFolder(t);
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  appendFileSync(join(folder, 'dist/main.js'), ';process.stderr.write("from the bundle\\n");');
  return {
    path: (name: string) => join(folder, name),
    version: () =>
      finish(
        run(t, process.execPath, [join(folder, 'bin/is-bitcoin-lit.mjs'), '--version'], { cwd: folder }),
      ),
  };
}

type Program = 'bundle' | 'sources';

async function assertRuns(project: ReturnType<typeof checkout>, program: Program, when: string) {
  const { code, output } = await project.version();
  assert.equal(code, 0, output);
  assert.match(output, /^\d+\.\d+\.\d+$/m);
  assert.equal(output.includes('from the bundle') ? 'bundle' : 'sources', program, when);
}

test('a checkout runs the bundle while it is made from its sources, and otherwise the sources', async (t) => {
  const project = checkout(t);
  await assertRuns(project, 'bundle', 'unchanged');
  for (const name of [
    'src/domain/version.ts',
    'src/sentiment/lexicon/words/words.txt',
    'package-lock.json',
  ]) {
    const before = readFileSync(project.path(name));
    appendFileSync(project.path(name), '\n');
    await assertRuns(project, 'sources', `${name} changed`);
    writeFileSync(project.path(name), before);
    await assertRuns(project, 'bundle', `${name} changed back`);
  }
  writeFileSync(project.path('src/new.ts'), '');
  await assertRuns(project, 'sources', 'a new file');
  rmSync(project.path('src/new.ts'));
  await assertRuns(project, 'bundle', 'the new file removed');
  cpSync(project.path('src/domain/time/zone.ts'), project.path('src/domain/zone.ts'));
  rmSync(project.path('src/domain/time/zone.ts'));
  cpSync(project.path('src/domain/zone.ts'), project.path('src/domain/time/zone.ts'));
  await assertRuns(project, 'sources', 'a copied file');
});

test('a checkout whose build was interrupted runs the sources', async (t) => {
  const project = checkout(t);
  writeFileSync(project.path('dist/fingerprint'), '');
  await assertRuns(project, 'sources', 'an empty fingerprint');
  rmSync(project.path('dist/fingerprint'));
  await assertRuns(project, 'sources', 'no fingerprint');
  mkdirSync(project.path('dist/fingerprint'));
  await assertRuns(project, 'sources', 'a fingerprint that cannot be read');
});
