import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { replaceAll } from './replace.ts';

/** An entry of a list of commands, such as `hGet: HGET_1.default`. */
const ENTRY = /^ {4}(\w+): (\w+_1)\.default,?$/gm;
/** The import of a command. */
const IMPORT = /^const (\w+_1) = __importDefault\(require\("\.\/\w+"\)\);$/gm;

/** The names of methods that a text calls. */
const callsIn = (text: string): string[] => [...text.matchAll(/\.(\w+)\(/g)].map(([, name = '']) => name);

/** Those of the client and of time series. */
const LISTS = 2;

/** Commands that the Redis client itself sends. */
const OWN = ['AUTH', 'CLIENT_SETNAME', 'READONLY'];

/**
 * Leaves out the commands of the Redis client that `source` does not call: most of some 500.
 *
 * @param source the folder of the program.
 * @param isWhole whether it is the whole program, which imports all lists of commands.
 */
export function redisCommands(source: string, isWhole: boolean): Plugin {
  const files = globSync('**/*.ts', { cwd: source });
  const called = new Set([
    ...OWN,
    ...files.flatMap((name) => callsIn(readFileSync(join(source, name), 'utf8'))),
  ]);
  let lists = 0;
  return {
    name: 'redis-commands',
    transform: {
      filter: { id: /\/@redis\/(client|time-series)\/dist\/lib\/commands\/index\.js$/ },
      handler(code, id) {
        const isKept = (name = '') => called.has(name);
        const kept = code.replaceAll(ENTRY, (entry, name: string) => (isKept(name) ? entry : ''));
        const isUsed = (name = '') => kept.split(new RegExp(`\\b${name}\\b`)).length > 2;
        const pattern = new RegExp(`${ENTRY.source}|${IMPORT.source}`, 'gm');
        const replaced = replaceAll(code, pattern, (name, _command, imported) =>
          (imported ? isUsed(imported) : isKept(name)) ? undefined : '',
        );
        if (!replaced.hasChanged()) throw new Error(`no list of commands of Redis: ${id}`);
        lists += 1;
        return { code: replaced };
      },
    },
    buildEnd(error) {
      if (isWhole && !error && lists !== LISTS)
        throw new Error(`the Redis client has ${lists} lists of commands, not ${LISTS}`);
    },
  };
}
