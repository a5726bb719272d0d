import { execFile } from 'node:child_process';
import type { TestContext } from 'node:test';
import { PROGRAM } from './program.ts';

const hasScript = await new Promise<boolean>((resolve) => {
  execFile('script', ['--version'], (error) => resolve(!error));
});

export const needsTerminal = { skip: !hasScript && 'no script(1) here' };

/**
 * All that a command writes to a terminal of its own, where somebody types the answer to its question.
 *
 * @param args without blanks: they go through a shell.
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
