import { readFileSync } from 'node:fs';

const DOCUMENT = new URL('../../../docs/redis.md', import.meta.url);

/**
 * The command of docs/redis.md that creates a user with the least rights, for another key prefix, with optional more
 * rights.
 */
export function leastRights(keysBegin: string, ...more: string[]): string[] {
  const [line] = /^ACL SETUSER .+$/m.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
  if (!line) throw new Error('docs/redis.md has no such command');
  const words = line.split(' ').map((word) => word.replace(/^([~&])is-bitcoin-lit:/, `$1${keysBegin}:`));
  return [...words, ...more];
}
