import { readChoice, storeChoice } from './stored-choice.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (text: string | undefined): text is Theme => THEMES.some((theme) => theme === text);

export function currentTheme(): Theme {
  const theme = readChoice('theme');
  return isTheme(theme) ? theme : 'auto';
}

/** `auto` follows the system's setting. */
export function wearTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  storeChoice('theme', theme);
  wearTheme(theme);
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * Calls the listener when the theme may have changed, by the switch or by the system.
 *
 * @returns unsubscribes.
 */
export function watchTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  dark.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', listener);
  };
}
