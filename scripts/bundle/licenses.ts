import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package that a file belongs to. */
export function packageOf(file: string): string {
  let folder = dirname(file);
  while (!/\/node_modules\/(@[^/]+\/)?[^/]+$/.test(folder) || !existsSync(join(folder, 'package.json')))
    folder = dirname(folder);
  return folder;
}

/**
 * The licenses of bundled packages, which must stay with their code.
 *
 * @param packages their folders.
 */
export function licensesOf(packages: Iterable<string>): string {
  const parts = [...packages].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = globSync('{licen[cs]e,LICEN[CS]E,COPYING,NOTICE}*', { cwd: folder });
    const texts = files.filter((file) => !/\.[cm]?js$/.test(file));
    const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    return `${name} ${version} (${license})\n\n${text}`;
  });
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
