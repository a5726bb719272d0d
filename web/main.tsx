import { render } from 'preact';
import { Page } from './page/page.tsx';
import { currentTheme, wearTheme } from './page/theme.ts';
import { currentLanguage, LANGUAGES } from './words/language.ts';

wearTheme(currentTheme());
// Before the first paint, since fonts depend on it.
document.documentElement.lang = LANGUAGES[currentLanguage()].code;
const page = document.querySelector('#page');
if (page) render(<Page />, page);
