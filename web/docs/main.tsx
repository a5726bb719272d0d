import { render } from 'preact';
import { currentTheme, wearTheme } from '../page/theme.ts';
import { Docs } from './docs.tsx';

wearTheme(currentTheme());
const docs = document.querySelector('#docs');
if (docs) render(<Docs />, docs);
