// Builds the page after an install in a checkout. It is plain JavaScript: without development dependencies it may be an
// older Node.js that runs it. Without them there is nothing to build with, and a page built before is left as it is.
let vite;
try {
  vite = await import('vite');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.log('is-bitcoin-lit: the page is not built, which takes the development dependencies');
}
await vite?.build({ configFile: 'web/build/vite.config.ts', logLevel: 'warn' });
