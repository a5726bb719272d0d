// Builds the page and the program after an install in a checkout. It is plain JavaScript, because an older Node.js may
// run it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CONFIG = 'web/build/vite.config.ts';

/** What the build reads. */
const INPUTS = ['package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE', 'web', 'src', 'scripts'];

/** What it writes. */
const OUTPUTS = ['web/dist', 'dist'];

/** Builds in a temporary folder with its own development dependencies, so that a production installation stays one. */
function buildElsewhere() {
  const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-'));
  const run = (...args) =>
    execFileSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    for (const name of INPUTS) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    run(process.env.npm_execpath, 'ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund');
    run('node_modules/vite/bin/vite.js', 'build', '--config', CONFIG, '--logLevel', 'warn');
    run('scripts/bundle.ts');
    // It must not vouch for a copy that breaks off.
    const fingerprint = join('dist', 'fingerprint');
    rmSync(join(ROOT, fingerprint), { force: true });
    const filter = (from) => from !== join(folder, fingerprint);
    for (const name of OUTPUTS) cpSync(join(folder, name), join(ROOT, name), { recursive: true, filter });
    cpSync(join(folder, fingerprint), join(ROOT, fingerprint));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isOld = Number.parseInt(process.versions.node, 10) < 24;

try {
  const { build } = await import('vite');
  await build({ configFile: CONFIG, logLevel: 'warn' });
  // The package `node` contains a Node.js that runs TypeScript, which an older one does not.
  const node = isOld ? join(ROOT, 'node_modules/node/bin/node') : process.execPath;
  execFileSync(node, ['scripts/bundle.ts'], { cwd: ROOT, stdio: 'inherit' });
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  if (isOld) {
    console.error(
      `is-bitcoin-lit: without development dependencies, Node.js 24.15 or newer is needed; this is ${process.versions.node}`,
    );
    process.exit(1);
  }
  buildElsewhere();
}
