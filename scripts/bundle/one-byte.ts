import type { Plugin } from 'rolldown';
import { replaceAll } from './replace.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the range of ASCII
const OTHERS = /[^\u0000-\u007f]/g;

/**
 * Replaces lines and dashes that nobody sees, in a tree of plugins and in a message: with one character that is not in
 * Latin-1, V8 keeps the whole text of a bundled file in two bytes per character.
 */
export const oneByte: Plugin = {
  name: 'one-byte',
  transform: {
    filter: { id: /\/(?:avvio\/lib\/time-tree|pino\/lib\/redaction)\.js$/ },
    handler: (code) => ({ code: replaceAll(code, OTHERS, () => '-') }),
  },
};
