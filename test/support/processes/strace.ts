import { spawnSync } from 'node:child_process';

const canTrace = spawnSync('strace', ['-f', 'true']).status === 0;

/** For tests in which system calls fail. Some machines have no strace, or forbid it. */
export const needsStrace = { skip: !canTrace && 'strace cannot trace a process here' };

/** Arguments of strace that make a system call fail. `when` counts the calls of each thread, and is all by default. */
export const failing = (calls: string, error: string, when?: number): string[] => [
  ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`],
  ...['-e', `inject=${calls}:error=${error}${when === undefined ? '' : `:when=${when}`}`],
];
