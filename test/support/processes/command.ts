import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import { OFFLINE_SETTINGS } from '../upstreams/offline-settings.ts';
import { COMPILE_CACHE_ENV } from './compile-cache.ts';
import { PROGRAM } from './program.ts';

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type CommandInput = string | Uint8Array | AsyncIterable<Uint8Array | string>;

const toStream = (input: CommandInput): Readable =>
  typeof input === 'string' || input instanceof Uint8Array ? Readable.from([input]) : Readable.from(input);

/** Starts a command as a process, with separate stdout and stderr; killed after the test at the latest. */
export function startCommand(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: CommandInput = '',
) {
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH, HOME, ...COMPILE_CACHE_ENV, ...OFFLINE_SETTINGS, ...env },
    cwd: tmpdir(),
  });
  // A command may end before it has read all of its input.
  pipeline(toStream(input), child.stdin).catch(() => undefined);
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}

/** Runs a command to its end. */
export async function command(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: CommandInput = '',
): Promise<CommandResult> {
  const { child, ended } = startCommand(t, args, env, input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await ended;
  return { code, signal, stdout, stderr };
}
