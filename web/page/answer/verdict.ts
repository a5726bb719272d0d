import type { Answer } from '../../../src/domain/answer.ts';

/**
 * `was-…`: it was so when the last data came, which is old. `asking`: nothing is known yet; `empty`: it is known that
 * there is nothing.
 */
export type Verdict = 'lit' | 'not-lit' | 'was-lit' | 'was-not-lit' | 'unknown' | 'empty' | 'asking';

export function verdictOf(answer: Answer | undefined, isEmpty: boolean): Verdict {
  if (!answer) return isEmpty ? 'empty' : 'asking';
  const { is_lit: isLit, stale: isOld } = answer;
  if (isLit === null) return 'unknown';
  if (isLit) return isOld ? 'was-lit' : 'lit';
  return isOld ? 'was-not-lit' : 'not-lit';
}
