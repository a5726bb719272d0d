import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Launcher } from './launcher.ts';
import { pythonPackages } from './python-packages.ts';

const run = promisify(execFile);

function onPath(name: string): Launcher {
  return {
    name: `${name} on the PATH`,
    async prepare() {
      await run(name, ['--version']);
    },
    command: (port, dir) => ({
      command: name,
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir],
    }),
  };
}

const docker: Launcher = {
  name: 'Redis 8 in Docker',
  async prepare() {
    await run('docker', ['info'], { timeout: 5000 });
  },
  command: (port) => ({
    command: 'docker',
    args: ['run', '--rm', '--publish', `127.0.0.1:${port}:6379`, 'redis:8'],
  }),
};

/** The first that works is used. */
export const LAUNCHERS: readonly Launcher[] = [
  onPath('redis-stack-server'),
  {
    ...onPath('redis-server'),
    sentinel: (file) => ({ command: 'redis-server', args: [file, '--sentinel'] }),
  },
  pythonPackages,
  docker,
];

export type LocalLauncher = Launcher & Required<Pick<Launcher, 'sentinel'>>;

/** The first launcher that works and whose servers find each other on this machine. */
export async function localLauncher(): Promise<LocalLauncher> {
  for (const launcher of LAUNCHERS) {
    const { prepare, sentinel } = launcher;
    const isHere =
      sentinel &&
      (await prepare().then(
        () => true,
        () => false,
      ));
    if (isHere) return { ...launcher, sentinel };
  }
  throw new Error('several Redis servers that find each other cannot be started here');
}
