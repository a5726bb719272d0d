import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import { OUTSIDE } from '../upstreams/outside.ts';
import { COMPILED } from './compile-cache.ts';
import { PROGRAM } from './program.ts';

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type CommandInput = string | Uint8Array | AsyncIterable<Uint8Array | string>;

const toStream = (input: CommandInput): Readable =>
  typeof input === 'string' || input instanceof Uint8Array ? Readable.from([input]) : Readable.from(input);

/** A command as a process, with its two outputs apart; ended after the test in any case. */
export function startCommand(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: CommandInput = '',
) {
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH, HOME, ...COMPILED, ...OUTSIDE, ...env },
    cwd: tmpdir(),
  });
  // A command may be done before it has read everything.
  pipeline(toStream(input), child.stdin).catch(() => 'it read enough');
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}

export async function command(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: CommandInput = '',
): Promise<Outcome> {
  const { child, ended } = startCommand(t, args, env, input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await ended;
  return { code, signal, stdout, stderr };
}
