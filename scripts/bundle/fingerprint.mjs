// Plain JavaScript, because `bin/` loads it to decide whether types must be removed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// An `import` would load all that the module can do.
const { createHash } = process.getBuiltinModule('node:crypto');

/** What the bundle is made from. The lock file stands for the packages. */
const FILES = ['package.json', 'package-lock.json', 'scripts/bundle.ts'];
const FOLDERS = ['src', 'scripts/bundle'];

/** The file in `dist/` with the fingerprint of its sources. */
export const FINGERPRINT = 'fingerprint';

/**
 * The hash of all that the bundle is made from.
 *
 * @param {string} root the folder of the project.
 * @returns {string}
 */
export function fingerprint(root) {
  const hash = createHash('sha256');
  const add = (name) => {
    const content = readFileSync(join(root, name));
    hash.update(`${name} ${content.length}\n`).update(content);
  };
  for (const name of FILES) add(name);
  for (const folder of FOLDERS) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const name of names.toSorted()) add(name.slice(join(root, '/').length));
  }
  return hash.digest('hex');
}
