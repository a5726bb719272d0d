import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { compressed } from './compressed.ts';
import { typeface } from './typeface.ts';

/** Nothing is painted before the page can be: no flash of the other theme, no empty page. */
const paintOnce: Plugin = {
  name: 'paint-once',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  // Without this some browsers would be sent a polyfill that writes a script into the page.
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    emptyOutDir: true,
    // What is built in is others' work, whose licences want to be told.
    license: { fileName: 'licenses.md' },
    rolldownOptions: { checks: { pluginTimings: false }, output: { comments: { legal: true } } },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [typeface(), paintOnce, compressed()],
});
