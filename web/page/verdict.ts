import type { Answer } from '../../src/domain/answer.ts';

/** `asking`: nothing is known yet; `empty`: it is known that there is nothing. */
export type Verdict = 'lit' | 'not-lit' | 'unknown' | 'empty' | 'asking';

export function verdictOf(answer: Answer | undefined, isEmpty: boolean): Verdict {
  if (!answer) return isEmpty ? 'empty' : 'asking';
  if (answer.is_lit === null) return 'unknown';
  return answer.is_lit ? 'lit' : 'not-lit';
}
