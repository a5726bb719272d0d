import { execFile } from 'node:child_process';
import type { TestContext } from 'node:test';
import { PROGRAM } from './program.ts';

const hasScript = await new Promise<boolean>((resolve) => {
  execFile('script', ['--version'], (error) => resolve(!error));
});

export const needsTerminal = { skip: !hasScript && 'script(1) is not installed' };

/**
 * Runs a command on a separate terminal, and returns everything that it writes. `typed` is sent once the output
 * contains `after`.
 *
 * @param args without spaces: they go through a shell.
 */
export function onTerminal(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> & { readonly DATA_DIR: string },
  typed?: { readonly after: string; readonly text: string },
): Promise<string> {
  return new Promise((resolve) => {
    const { PATH = '' } = process.env;
    const line = [process.execPath, PROGRAM, ...args].join(' ');
    const options = { env: { PATH, ...env }, cwd: env.DATA_DIR };
    const child = execFile('script', ['-qec', line, '/dev/null'], options, (_, stdout) => resolve(stdout));
    let isAnswered = false;
    child.stdout?.on('data', (part: string) => {
      if (isAnswered || !typed || !part.includes(typed.after)) return;
      isAnswered = true;
      child.stdin?.write(typed.text);
    });
    t.after(() => child.kill('SIGKILL'));
  });
}
