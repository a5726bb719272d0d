import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Spawned extends AsyncDisposable {
  readonly address: string;
  /** From the start of the process until its first response was complete. */
  readonly startMs: number;
  residentBytes(): number;
}

type Environment = Readonly<Record<string, string>>;

const startProcess = (args: readonly string[], env: Environment, stdio: 'pipe' | 'ignore'): ChildProcess =>
  spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['pipe', stdio, 'ignore'],
  });

/** Starts a server; resolves after its first response. */
export async function startServer(args: readonly string[], path: string, env: Environment): Promise<Spawned> {
  const began = performance.now();
  const child = startProcess(args, env, 'pipe');
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error(`${args.join(' ')} ended: ${output}`)));
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      const [, found] = /listening on (http:\/\/[^"\s]+)/.exec(output) ?? [];
      if (found) resolve(found);
    });
  });
  const response = await fetch(new URL(path, address));
  await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
  return {
    address,
    startMs: performance.now() - began,
    residentBytes() {
      const [, kilobytes] =
        /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Number(kilobytes) * 1024;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/**
 * Runs a command to its end.
 *
 * @returns milliseconds.
 */
export async function timeCommand(args: readonly string[], env: Environment, input = ''): Promise<number> {
  const began = performance.now();
  const child = startProcess(args, env, 'ignore');
  child.stdin?.end(input);
  await once(child, 'exit');
  return performance.now() - began;
}
