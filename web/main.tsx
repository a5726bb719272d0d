import { render } from 'preact';
import { currentTheme, wearTheme } from './look/theme.ts';
import { Page } from './page/page.tsx';

wearTheme(currentTheme());
const page = document.querySelector('#page');
if (page) render(<Page />, page);
