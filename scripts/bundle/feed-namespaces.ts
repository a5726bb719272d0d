import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const NAMESPACE = /\/feedsmith\/dist\/namespaces\/(\w+)\/parse\/utils\.mjs$/;
const EXPORTS = /^export \{ (.*) \};$/m;

/**
 * Leaves out the namespaces of feeds, such as those of podcasts, whose names do not occur in the code that reads feeds.
 * Their elements are then absent.
 *
 * @param source the folder of that code.
 */
export function feedNamespaces(source: string): Plugin {
  const files = globSync('**/*.ts', { cwd: source });
  const text = files.map((name) => readFileSync(join(source, name), 'utf8')).join();
  const words = new Set(text.match(/\w+/g));
  return {
    name: 'feed-namespaces',
    transform: {
      filter: { id: NAMESPACE },
      handler(code, id) {
        const [, name = ''] = NAMESPACE.exec(id) ?? [];
        if (words.has(name)) return undefined;
        const names = EXPORTS.exec(code)?.[1]?.split(', ') ?? [];
        return `const absent = () => undefined; export { ${names.map((one) => `absent as ${one}`).join(', ')} };`;
      },
    },
  };
}
