import type { Plugin } from 'rolldown';

const PREFIX = '\0unused:';

/** Leaves out optional packages that are never loaded here. Loading one throws. */
export const unused = (packages: readonly string[]): Plugin => ({
  name: 'unused',
  resolveId: (source) => (packages.includes(source) ? `${PREFIX}${source}` : undefined),
  load(id) {
    if (!id.startsWith(PREFIX)) return undefined;
    const message = `${id.slice(PREFIX.length)} is not in the bundle`;
    return `throw new Error(${JSON.stringify(message)}); module.exports = {};`;
  },
});
