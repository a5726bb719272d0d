import type { Plugin } from 'rolldown';

/** Marks the modules that stand in for others. */
const LOADS_NOT = '\0unused:';
const EMPTY = '\0empty:';
const PART = '\0part:';

interface Unused {
  /** Packages and files of packages that are never loaded here. Loading one throws. */
  readonly neverLoaded: readonly string[];
  /** Packages and files that are loaded, and of which nothing is used. */
  readonly neverUsed: readonly string[];
  /** The source of a module that takes the place of a package, with the parts that are used. */
  readonly parts: Readonly<Record<string, string>>;
}

/** The path of a file below `node_modules`, or the name of a package. */
const shortened = (id: string): string =>
  id.slice(id.lastIndexOf('/node_modules/') + 1).replace('node_modules/', '');

/** Leaves out what the program never uses of its packages. */
export const unused = ({ neverLoaded, neverUsed, parts }: Unused): Plugin => ({
  name: 'unused',
  async resolveId(source, importer, options) {
    if (neverLoaded.includes(source)) return `${LOADS_NOT}${source}`;
    if (neverUsed.includes(source)) return `${EMPTY}${source}`;
    if (Object.hasOwn(parts, source)) return `${PART}${source}`;
    if (!source.startsWith('.') || !importer?.includes('/node_modules/')) return undefined;
    const id = (await this.resolve(source, importer, { ...options, skipSelf: true }))?.id;
    const file = id ? shortened(id) : '';
    if (neverLoaded.includes(file)) return `${LOADS_NOT}${file}`;
    return neverUsed.includes(file) ? `${EMPTY}${file}` : undefined;
  },
  load(id) {
    if (id.startsWith(EMPTY)) return 'module.exports = {};';
    if (id.startsWith(PART)) return parts[id.slice(PART.length)];
    if (!id.startsWith(LOADS_NOT)) return undefined;
    const message = `${id.slice(LOADS_NOT.length)} is not in the bundle`;
    return `throw new Error(${JSON.stringify(message)}); module.exports = {};`;
  },
});
