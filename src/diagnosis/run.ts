import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CheckResult, fatal } from '../domain/check-result.ts';
import { HEADINGS, type Heading } from './checks.ts';

const CHECK_PROCESS = fileURLToPath(new URL('./check-process.ts', import.meta.url));

const LIMIT_MS = 14_000;

interface HeadedResults {
  readonly heading: Heading;
  readonly results: readonly CheckResult[];
}

export type CheckResults = readonly HeadedResults[];

/**
 * Runs all checks in a child process, within the time limit. A check that hangs is reported as failed. A check process that
 * crashes prints the reason to standard error.
 */
export async function runChecks(limitMs = LIMIT_MS): Promise<CheckResults> {
  const reported = new Map<Heading, readonly CheckResult[]>();
  const checkProcess = fork(CHECK_PROCESS, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { promise: ended, resolve } = Promise.withResolvers<'done' | 'late' | 'crashed'>();
  const timer = setTimeout(resolve, limitMs, 'late');
  checkProcess.on('message', (message: HeadedResults | { readonly isOver: true }) => {
    if ('isOver' in message) resolve('done');
    else reported.set(message.heading, message.results);
  });
  checkProcess.on('error', () => resolve('crashed')).on('exit', () => resolve('crashed'));
  const isLate = (await ended) === 'late';
  clearTimeout(timer);
  checkProcess.kill('SIGKILL');
  const missing = (heading: Heading): CheckResult =>
    isLate
      ? fatal(
          heading,
          `did not finish within ${limitMs / 1000} s`,
          'Check whether a disk or a name server of this machine hangs.',
        )
      : fatal(heading, 'the check crashed');
  return HEADINGS.map((heading) => ({ heading, results: reported.get(heading) ?? [missing(heading)] }));
}
