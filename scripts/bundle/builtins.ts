import { isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';
import { replaceAll } from './replace.ts';

/** An import of a bundled file: a default, a namespace and names, each optional. */
const IMPORT = /^import (?:([\w$]+)(?:, )?)?(?:\* as ([\w$]+))?(?:\{ ([^}]*) \})? from "([^"]+)";$/gm;

/**
 * Takes Node's modules by `process.getBuiltinModule` instead of by `import`. When a module is imported, Node.js reads all
 * of its exports, and so loads what they create only when needed: with `node:http` all of `fetch`, with
 * `node:process` the standard streams.
 */
export const builtins: Plugin = {
  name: 'builtins',
  renderChunk: (code) =>
    replaceAll(code, IMPORT, (name, namespace, names, module = '') => {
      if (!isBuiltin(module)) return undefined;
      const got = `globalThis.process.getBuiltinModule(${JSON.stringify(module)})`;
      const pattern = names && `{ ${names.replaceAll(' as ', ': ')} }`;
      return [name, namespace, pattern]
        .filter((target) => target)
        .map((target) => `const ${target} = ${got};`)
        .join(' ');
    }),
};
