import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from './launcher.ts';

const GUARDIAN = fileURLToPath(new URL('./guardian.ts', import.meta.url));

export interface Guarded extends AsyncDisposable {
  /** The process of the guardian, not of the command. */
  readonly pid: number | undefined;
  isOver(): boolean;
  readonly ended: Promise<unknown>;
}

/** Runs a command that ends on disposal or with this process. Its folder is deleted then. */
export function runGuarded({ command, args, env }: Command, folder: string): Guarded {
  const child = spawn(process.execPath, [GUARDIAN, folder, command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // The guardian may have ended already.
  child.stdin.on('error', () => undefined);
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
