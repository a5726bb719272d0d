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

/**
 * Leaves out what the program never uses of its packages.
 *
 * @param isWhole whether it is the whole program. A package or file that it does not import is then an error.
 */
export function unused({ neverLoaded, neverUsed, parts }: Unused, isWhole: boolean): Plugin {
  const imported = new Set<string>();
  const marks = new Map([
    ...neverLoaded.map((name) => [name, LOADS_NOT] as const),
    ...neverUsed.map((name) => [name, EMPTY] as const),
    ...Object.keys(parts).map((name) => [name, PART] as const),
  ]);
  function replacementOf(name: string): string | undefined {
    const mark = marks.get(name);
    if (mark === undefined) return undefined;
    imported.add(name);
    return mark + name;
  }
  return {
    name: 'unused',
    async resolveId(source, importer, options) {
      const replacement = replacementOf(source);
      if (replacement !== undefined) return replacement;
      if (!source.startsWith('.') || !importer?.includes('/node_modules/')) return undefined;
      const id = (await this.resolve(source, importer, { ...options, skipSelf: true }))?.id;
      return id ? replacementOf(shortened(id)) : undefined;
    },
    load(id) {
      if (id.startsWith(EMPTY)) return 'module.exports = {};';
      if (id.startsWith(PART)) return parts[id.slice(PART.length)];
      if (!id.startsWith(LOADS_NOT)) return undefined;
      const message = `${id.slice(LOADS_NOT.length)} is not in the bundle`;
      return `throw new Error(${JSON.stringify(message)}); module.exports = {};`;
    },
    buildEnd(error) {
      const others = [...marks.keys()].filter((name) => !imported.has(name));
      if (isWhole && !error && others.length > 0)
        throw new Error(`nothing imports what the bundle leaves out: ${others.join(', ')}`);
    },
  };
}
