import { keep, kept } from '../look/kept.ts';
import { chinese } from './chinese.ts';
import { english } from './english.ts';
import type { Words } from './words.ts';

export const LANGUAGES: Readonly<Record<'en' | 'zh', Words>> = { en: english, zh: chinese };
export type Language = keyof typeof LANGUAGES;

const isLanguage = (text: string | undefined): text is Language => text !== undefined && text in LANGUAGES;

/** The one that was chosen, else the first of the browser's that there is, else English. */
export function currentLanguage(): Language {
  const chosen = kept('language');
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((code) => code.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

export function chooseLanguage(language: Language): void {
  keep('language', language);
}
