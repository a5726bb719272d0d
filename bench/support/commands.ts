import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Of the times in /proc (USER_HZ). */
const TICKS_PER_SECOND = 100;

export interface CommandRun {
  /** What it printed; empty if it went into a file. */
  readonly output: string;
  readonly seconds: number;
  /** Of the processor, which other programs disturb less. It misses the last 50 ms. */
  readonly processorSeconds: number;
  /** The most resident memory, in MB. */
  readonly memory: number;
}

/** Runs a CLI command in a separate process, and measures it. */
export async function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  /** For its output. */
  path?: string,
): Promise<CommandRun> {
  const env = { PATH: process.env['PATH'] ?? '', SOURCE: 'senticrypt', ...settings };
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let memory = 0;
  let processorSeconds = 0;
  function readUse(): void {
    try {
      const [, , ...fields] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ');
      processorSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      memory = Math.max(memory, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has just ended.
    }
  }
  const timer = setInterval(readUse, 50);
  const read = path === undefined ? text(child.stdout) : pipeline(child.stdout, createWriteStream(path));
  const [output, [code]] = await Promise.all([read, once(child, 'exit')]);
  clearInterval(timer);
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${output}`);
  return { output: output ?? '', seconds, processorSeconds, memory };
}
