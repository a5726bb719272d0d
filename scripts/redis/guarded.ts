import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from './launcher.ts';

const GUARDIAN = fileURLToPath(new URL('./guardian.ts', import.meta.url));

export interface Guarded extends AsyncDisposable {
  /** Of the guardian. */
  readonly pid: number | undefined;
  isOver(): boolean;
  readonly ended: Promise<unknown>;
}

/** Runs a command that ends when it is disposed of, or with this process; the folder, its own, goes too. */
export function runGuarded({ command, args, env }: Command, folder: string): Guarded {
  const child = spawn(process.execPath, [GUARDIAN, folder, command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // It may be over before it is told to end.
  child.stdin.on('error', () => 'it is over');
  const ended = once(child, 'exit');
  return {
    pid: child.pid,
    isOver: () => child.exitCode !== null || child.signalCode !== null,
    ended,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
