/** For `NODE_OPTIONS`: ends a Node.js process that contacts another host. */
export const LOCAL_ONLY = `--import=${new URL('../../../scripts/local-only.mjs', import.meta.url).href}`;
