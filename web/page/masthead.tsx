import { useState } from 'preact/hooks';
import type { Connection } from '../feed/answers.ts';
import { LANGUAGES, type Language } from '../words/language.ts';
import type { Words } from '../words/words.ts';
import { chooseTheme, currentTheme, THEMES, type Theme } from './theme.ts';

interface MastheadProps {
  readonly words: Words;
  readonly language: Language;
  readonly connection: Connection;
  /** Whether the answer is up to date. */
  readonly isCurrent: boolean;
  /** The section that comes first below. */
  readonly first: 'chart' | 'sources';
  readonly onLanguage: (language: Language) => void;
}

const ICONS: Readonly<Record<Theme, string>> = {
  auto: 'M8 2a6 6 0 0 1 0 12Z',
  light:
    'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 .5v2M8 13.5v2M.5 8h2M13.5 8h2M2.7 2.7l1.4 1.4M11.9 11.9l1.4 1.4M2.7 13.3l1.4-1.4M11.9 4.1l1.4-1.4',
  dark: 'M13.5 9.7A6 6 0 0 1 6.3 2.5a6 6 0 1 0 7.2 7.2Z',
};

export function Masthead({ words, language, connection, isCurrent, first, onLanguage }: MastheadProps) {
  const [theme, setTheme] = useState(currentTheme);
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  const others = (Object.keys(LANGUAGES) as Language[]).filter((one) => one !== language);

  function changeTheme(): void {
    chooseTheme(nextTheme);
    setTheme(nextTheme);
  }

  const isIdle = connection === 'live' && !isCurrent;
  return (
    <header class="masthead">
      <a class="skip" href={`#${first}`}>
        {words.skip[first]}
      </a>
      <p class="question">{words.question}</p>
      <p class={`connection ${isIdle ? '' : connection}`} role="status">
        {isIdle ? words.connected : words.connection[connection]}
      </p>
      <nav>
        {others.map((one) => (
          <button
            type="button"
            key={one}
            lang={LANGUAGES[one].code}
            title={words.languageSwitch}
            onClick={() => onLanguage(one)}
          >
            {LANGUAGES[one].name}
          </button>
        ))}
        <button
          type="button"
          class="theme"
          title={words.themeSwitch(words.theme[theme])}
          aria-label={words.themeSwitch(words.theme[theme])}
          onClick={changeTheme}
        >
          <svg viewBox="0 0 16 16" class={theme} aria-hidden="true" focusable="false">
            {theme === 'auto' && <circle cx="8" cy="8" r="6" />}
            <path d={ICONS[theme]} />
          </svg>
        </button>
      </nav>
    </header>
  );
}
