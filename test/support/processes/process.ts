import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { OUTSIDE } from '../upstreams/outside.ts';
import { COMPILED } from './compile-cache.ts';
import { LOCAL_ONLY } from './local-only.ts';
import { PROGRAM } from './program.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Running {
  readonly child: ChildProcess;
  /** Everything written so far, both streams. */
  output(): string;
  /** Resolves once the output matches; rejects when the process ends without. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with how it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** It has children that would live on where it is killed: it leads a group that ends with it. */
  readonly isGroup?: boolean;
}

/** A real process; ended after the test in any case. */
export function run(
  t: TestContext,
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Running {
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(command, args, {
    env: { PATH, HOME, NODE_OPTIONS: LOCAL_ONLY, ...COMPILED, ...OUTSIDE, ...options.env },
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
        if (isOver) throw new Error(`ended without ${pattern}:\n${text}`);
        await sleep(10);
      }
    },
    ended,
  };
}

/** The command line, as a person calls it; where no `.env` of the checkout is read. */
export function cli(
  t: TestContext,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = tmpdir(),
): Running {
  return run(t, process.execPath, [PROGRAM, ...args], { env, cwd });
}

/** `serve` on a free port, and its address once it listens. */
export async function serve(
  t: TestContext,
  env: Record<string, string>,
): Promise<Running & { readonly address: string }> {
  const running = cli(t, ['serve'], { PORT: '0', REFRESH_INTERVAL: '0', ...env });
  const [, address = ''] = await running.until(/listening on (http:\/\/[^"\s]+)/);
  return { ...running, address };
}

/** `npm start`, as a person calls it, on a free port; and its address once it listens. */
export async function npmStart(
  t: TestContext,
  env: Record<string, string>,
): Promise<Running & { readonly address: string }> {
  // A `.env` of the checkout is read too; and npm would ask whether there is a newer npm.
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

/** `serve` with a limit of open files. */
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
