import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { compressed } from './compressed.ts';
import { typeface } from './typeface.ts';

/** Blocks painting until the page can render: no flash of the wrong theme, no empty page. */
const paintOnce: Plugin = {
  name: 'paint-once',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  // The polyfill would inject an inline script.
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    emptyOutDir: true,
    // Licences of bundled packages must be kept.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: ['index.html', 'docs.html'].map((name) => join(import.meta.dirname, '..', name)),
      checks: { pluginTimings: false },
      output: { comments: { legal: true } },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [typeface(), paintOnce, compressed()],
});
