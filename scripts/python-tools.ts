// Installs the Python programs that tests compare with, into a folder of `node_modules/`. Tests are skipped without it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));

const PACKAGES = [
  'duckdb==2.0.1',
  'httpx==0.28.1',
  'httpx-sse==0.4.3',
  'pandas==3.1.1',
  'polars==2.1.0',
  'pyarrow==26.0.1',
  'requests==2.34.2',
  'requests-sse==0.5.3',
  'sseclient-py==1.9.0',
];

/** A folder of packages, for `PYTHONPATH`. */
export const PYTHON_TOOLS = join(CACHE, 'python-tools-1');

/** Installs into a temporary folder, and moves it into place once it is complete. */
async function install(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'python-'));
  try {
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-compile',
      '--only-binary=:all:',
      '--target',
      folder,
    ];
    await run('python3', [...args, ...PACKAGES]);
    await rename(folder, PYTHON_TOOLS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main && !existsSync(PYTHON_TOOLS)) await install();
