import type { Answer } from '../../../src/domain/answer.ts';

/**
 * `was-…`: the answer is outdated. `asking`: the page is still loading. `empty`: the service has no data.
 */
export type Verdict = 'lit' | 'not-lit' | 'was-lit' | 'was-not-lit' | 'unknown' | 'empty' | 'asking';

export function verdictOf(answer: Answer | undefined, isEmpty: boolean): Verdict {
  if (!answer) return isEmpty ? 'empty' : 'asking';
  const { is_lit: isLit, stale: isOld } = answer;
  if (isLit === null) return 'unknown';
  if (isLit) return isOld ? 'was-lit' : 'lit';
  return isOld ? 'was-not-lit' : 'not-lit';
}
