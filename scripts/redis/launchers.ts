import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonPackages } from './python-packages.ts';

const run = promisify(execFile);

/** One way to have a Redis with time series. */
export interface Launcher {
  readonly name: string;
  /** Makes it ready to be started; rejects where it cannot be had here. */
  readonly prepare: () => Promise<void>;
  readonly command: (
    port: number,
    dir: string,
  ) => { readonly command: string; readonly args: readonly string[]; readonly env?: Record<string, string> };
}

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

/** In the order in which they are tried. */
export const LAUNCHERS: readonly Launcher[] = [
  onPath('redis-stack-server'),
  onPath('redis-server'),
  pythonPackages,
  docker,
];
