import { readChoice, storeChoice } from '../page/stored-choice.ts';
import { chinese } from './chinese.ts';
import { english } from './english.ts';
import type { Words } from './words.ts';

export const LANGUAGES: Readonly<Record<'en' | 'zh', Words>> = { en: english, zh: chinese };
export type Language = keyof typeof LANGUAGES;

const isLanguage = (text: string | undefined): text is Language => text !== undefined && text in LANGUAGES;

/** The language chosen earlier, or the first supported one of the browser, or English. */
export function currentLanguage(): Language {
  const chosen = readChoice('language');
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((code) => code.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

export function chooseLanguage(language: Language): void {
  storeChoice('language', language);
}
