import { keep, kept } from './kept.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (text: string | undefined): text is Theme => THEMES.some((theme) => theme === text);

export function currentTheme(): Theme {
  const theme = kept('theme');
  return isTheme(theme) ? theme : 'auto';
}

/** `auto` follows the system. */
export function wearTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  keep('theme', theme);
  wearTheme(theme);
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * Tells whenever what is worn may have changed: by the switch or by the system.
 *
 * @returns what ends it.
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
