import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CheckResult, fatal } from './check-result.ts';
import { HEADINGS, type Heading } from './checks.ts';

const CHECK_PROCESS = fileURLToPath(new URL('./check-process.ts', import.meta.url));

/** For everything. Milliseconds. */
const LIMIT = 14_000;

export type CheckResults = readonly { readonly heading: Heading; readonly results: readonly CheckResult[] }[];

type Message =
  | { readonly heading: Heading; readonly results: readonly CheckResult[] }
  | { readonly isOver: true };

/** `crashed`: by a fault of its own, which is on standard error. */
type End = 'over' | 'late' | 'crashed';

/** Of a heading under which nothing was told in time. */
const late = (heading: Heading, limitMs: number): CheckResult =>
  fatal(
    heading,
    `did not finish within ${limitMs / 1000} s`,
    'Check whether a disk or a name server of this machine hangs.',
  );

/** Makes all checks; takes no longer than the limit, whatever hangs. A check that hangs is a result. */
export async function runChecks(limitMs = LIMIT): Promise<CheckResults> {
  const told = new Map<Heading, readonly CheckResult[]>();
  const checkProcess = fork(CHECK_PROCESS, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { promise: end, resolve } = Promise.withResolvers<End>();
  const alarm = setTimeout(resolve, limitMs, 'late');
  checkProcess.on('message', (message: Message) => {
    if ('isOver' in message) resolve('over');
    else told.set(message.heading, message.results);
  });
  checkProcess.on('error', () => resolve('crashed')).on('exit', () => resolve('crashed'));
  const why = await end;
  clearTimeout(alarm);
  checkProcess.kill('SIGKILL');
  return HEADINGS.map((heading) => ({
    heading,
    results: told.get(heading) ?? [
      why === 'late' ? late(heading, limitMs) : fatal(heading, 'the check ended before it was done'),
    ],
  }));
}
