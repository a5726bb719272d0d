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

const HOUR = 3_600_000;

/**
 * How many of the last hours ended lit, or when one last did, as a sentence; `undefined` if unknown. Between the ends of
 * hours, and where there are no samples, nobody knows.
 */
export function sinceText(
  {
    words,
    figures,
  }: {
    words: { endedLit: (hours: number) => string; lastEndedLit: (ago: string) => string };
    figures: { ago: (time: number, now: number) => string };
  },
  answer: Pick<Answer, 'is_lit' | 'stale' | 'as_of'>,
  spell: { readonly from: number; readonly to: number } | undefined,
  now: number,
): string | undefined {
  if (!spell || answer.stale) return undefined;
  if (!answer.is_lit) return words.lastEndedLit(figures.ago(spell.to, now));
  // The verdict of the current hour comes when it has ended.
  const isLast = spell.to >= Math.floor(Date.parse(answer.as_of) / HOUR) * HOUR;
  return isLast ? words.endedLit((spell.to - spell.from) / HOUR) : undefined;
}
