import { spawnSync } from 'node:child_process';

const canTrace = spawnSync('strace', ['-f', 'true']).status === 0;

/** Test options for tests in which system calls fail. Some machines have no strace, or forbid it. */
export const needsStrace = { skip: !canTrace && 'strace cannot trace a process here' };

/** Arguments of strace that make a system call fail: the nth call of each thread, or all calls. */
export const straceArgsToFail = (calls: string, error: string, callNumber?: number): string[] => [
  ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`],
  ...['-e', `inject=${calls}:error=${error}${callNumber === undefined ? '' : `:when=${callNumber}`}`],
];
