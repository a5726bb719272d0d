import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HEADINGS, type Heading } from './examination.ts';
import { type Finding, fatal } from './finding.ts';

const EXAMINER = fileURLToPath(new URL('./examiner.ts', import.meta.url));

/** For everything. Milliseconds. */
const LIMIT = 14_000;

export type Findings = readonly { readonly heading: Heading; readonly findings: readonly Finding[] }[];

type Message =
  | { readonly heading: Heading; readonly findings: readonly Finding[] }
  | { readonly isOver: true };

/** `crashed`: by a fault of its own, which is on standard error. */
type End = 'over' | 'late' | 'crashed';

/** Of a heading under which nothing was told in time. */
const late = (heading: Heading, limitMs: number): Finding =>
  fatal(
    heading,
    `did not finish within ${limitMs / 1000} s`,
    'Check whether a disk or a name server of this machine hangs.',
  );

/** Makes all checks; takes no longer than the limit, whatever hangs. A check that hangs is a finding. */
export async function runExamination(limitMs = LIMIT): Promise<Findings> {
  const told = new Map<Heading, readonly Finding[]>();
  const examiner = fork(EXAMINER, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { promise: end, resolve } = Promise.withResolvers<End>();
  const alarm = setTimeout(resolve, limitMs, 'late');
  examiner.on('message', (message: Message) => {
    if ('isOver' in message) resolve('over');
    else told.set(message.heading, message.findings);
  });
  examiner.on('error', () => resolve('crashed')).on('exit', () => resolve('crashed'));
  const why = await end;
  clearTimeout(alarm);
  examiner.kill('SIGKILL');
  return HEADINGS.map((heading) => ({
    heading,
    findings: told.get(heading) ?? [
      why === 'late' ? late(heading, limitMs) : fatal(heading, 'the check ended before it was done'),
    ],
  }));
}
