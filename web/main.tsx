import { render } from 'preact';
import { currentTheme, wearTheme } from './look/theme.ts';
import { Page } from './page/page.tsx';
import { currentLanguage, LANGUAGES } from './words/language.ts';

wearTheme(currentTheme());
// Before anything is drawn: fonts are chosen by it.
document.documentElement.lang = LANGUAGES[currentLanguage()].code;
const page = document.querySelector('#page');
if (page) render(<Page />, page);
