import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { OFFLINE_SETTINGS } from '../upstreams/offline-settings.ts';
import { COMPILE_CACHE_ENV } from './compile-cache.ts';
import { LOCAL_ONLY } from './local-only.ts';
import { PROGRAM } from './program.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Running {
  readonly child: ChildProcess;
  /** Everything written to stdout and stderr so far. */
  output(): string;
  /** Resolves once the output matches; rejects if the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Kills its children with it: it leads a process group. */
  readonly isGroup?: boolean;
}

/** Starts a process; killed after the test at the latest. */
export function run(
  t: TestContext,
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Running {
  const { PATH = '', HOME = '/', TESTED_WORKERS: WORKERS = '1' } = process.env;
  const child = spawn(command, args, {
    env: {
      PATH,
      HOME,
      WORKERS,
      NODE_OPTIONS: LOCAL_ONLY,
      ...COMPILE_CACHE_ENV,
      ...OFFLINE_SETTINGS,
      ...options.env,
    },
    cwd: options.cwd ?? ROOT,
    detached: options.isGroup ?? false,
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  let isOver = false;
  ended.finally(() => {
    isOver = true;
  });
  t.after(async () => {
    if (isOver) return;
    if (options.isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    output: () => text,
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(text);
        if (match) return match;
        if (isOver) throw new Error(`the process ended without ${pattern}:\n${text}`);
        await sleep(10);
      }
    },
    ended,
  };
}

/** Runs the command line in a folder without a `.env` file. */
export function cli(
  t: TestContext,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = tmpdir(),
): Running {
  return run(t, process.execPath, [PROGRAM, ...args], { env, cwd });
}

/** Runs `serve` on a free port; resolves once it listens. */
export async function serve(
  t: TestContext,
  env: Record<string, string>,
): Promise<Running & { readonly address: string }> {
  const running = cli(t, ['serve'], { PORT: '0', REFRESH_INTERVAL: '0', ...env });
  const [, address = ''] = await running.until(/listening on (http:\/\/[^"\s]+)/);
  return { ...running, address };
}

/** Runs `npm start` on a free port; resolves once it listens. */
export async function npmStart(
  t: TestContext,
  env: Record<string, string>,
): Promise<Running & { readonly address: string }> {
  // These override a `.env` file of the checkout, and keep npm from checking for a newer version.
  const settings = {
    HOST: '127.0.0.1',
    PORT: '0',
    REDIS_URL: '',
    npm_config_update_notifier: 'false',
    ...env,
  };
  const running = run(t, 'npm', ['start'], { env: settings, isGroup: true });
  const [, address = ''] = await running.until(/listening on (http:\/\/[^"\s]+)/);
  return { ...running, address };
}

/** Runs `serve` with a limit of open files. */
export async function serveWithin(
  t: TestContext,
  openFiles: number,
  env: Record<string, string>,
): Promise<Running & { readonly address: string }> {
  const script = `ulimit -n ${openFiles} && exec "$0" "$@"`;
  const settings = { PORT: '0', REFRESH_INTERVAL: '0', ...env };
  const running = run(t, 'sh', ['-c', script, process.execPath, PROGRAM, 'serve'], {
    env: settings,
    cwd: tmpdir(),
  });
  const [, address = ''] = await running.until(/listening on (http:\/\/[^"\s]+)/);
  return { ...running, address };
}

/** Runs a command to its end. */
export async function finish(running: Running): Promise<{ code: number | null; output: string }> {
  const { code } = await running.ended;
  return { code, output: running.output() };
}
