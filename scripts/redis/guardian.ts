// Runs a command with its own folder, and ends it when the parent process ends: standard input closes then, even
// after a kill -9. Deletes the folder.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [folder = '', command = '', ...args] = process.argv.slice(2);

function finish(code: number): void {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  finish(1);
});
child.on('exit', (code) => finish(code ?? 1));

function end(): void {
  child.kill('SIGTERM');
  // A suspended process ends only when it continues.
  child.kill('SIGCONT');
}
process.stdin.resume().on('end', end).on('error', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
