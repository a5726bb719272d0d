/** For `NODE_OPTIONS`: ends a process of Node.js that asks for more than this machine. */
export const LOCAL_ONLY = `--import=${new URL('../../../scripts/local-only.mjs', import.meta.url).href}`;
