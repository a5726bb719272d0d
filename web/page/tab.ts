import type { Answer } from '../../src/domain/answer.ts';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import type { Verdict } from './answer/verdict.ts';

export interface TabState {
  readonly words: Words;
  readonly figures: Figures;
  readonly verdict: Verdict;
  readonly answer: Answer | undefined;
  readonly isLost: boolean;
}

const ICONS: Readonly<Record<Verdict, string>> = {
  lit: 'lit',
  'not-lit': 'not-lit',
  'was-lit': 'unknown',
  'was-not-lit': 'unknown',
  unknown: 'unknown',
  empty: 'unknown',
  asking: 'unknown',
};

/** Shows the state in the tab's title and icon. The icon burns only while the answer is current. */
export function updateTab({ words, figures, verdict, answer, isLost }: TabState): void {
  document.documentElement.lang = words.code;
  const price = answer?.hourly_average_of_averages[2]?.price;
  const parts = [
    isLost && words.connection.lost,
    !isLost && answer?.stale && words.old,
    verdict === 'asking' ? words.question : words.heading[verdict],
    price != null && figures.price(price),
  ];
  document.title = parts.filter(Boolean).join(' · ');
  const icon = isLost ? 'unknown' : ICONS[verdict];
  document.querySelector('link[rel=icon]')?.setAttribute('href', `/icon-${icon}.svg`);
}

/** Matches the browser's bar to the field's colour. */
export function tintBrowserBar(): void {
  const field = document.querySelector('.field');
  const color = field && getComputedStyle(field).getPropertyValue('--field').trim();
  if (color) document.querySelector('meta[name=theme-color]')?.setAttribute('content', color);
}
