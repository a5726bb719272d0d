import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package that a file belongs to. Packages may contain copies of others, without a `package.json`. */
export function packageOf(file: string): string {
  let folder = dirname(file);
  while (!/\/node_modules\/(@[^/]+\/)?[^/]+$/.test(folder) || !existsSync(join(folder, 'package.json')))
    folder = dirname(folder);
  return folder;
}

/**
 * The text for a package that has no license text.
 *
 * @throws Error for any license but MIT.
 */
function textOf(license: string, holder: string): string {
  if (license !== 'MIT')
    throw new Error(`a package of ${holder} has no license text, and its license is ${license}`);
  const own = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8').trim();
  return own.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}

interface License {
  /** The lines that name the holders. */
  readonly holders: string;
  /** Everything else, which many packages share. */
  readonly terms: string;
}

const HOLDER = /^\s*(?:Portions )?Copyright .*$/;
/** Titles are left out, because they differ between equal terms. */
const TITLE = /^(?:The )?(?:MIT License(?: \(MIT\))?|ISC License)$/i;

/** Separates the holders from the terms, with the line breaks of the terms as they are in most packages. */
function split(text: string): License {
  const lines = text.split('\n').map((line) => line.trim());
  const holders = lines.filter((line) => HOLDER.test(line));
  const rest = lines.filter(
    (line) => !HOLDER.test(line) && !TITLE.test(line.replaceAll(/[()#]/g, '').trim()),
  );
  return {
    holders: holders.join('\n'),
    terms: rest
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim(),
  };
}

/**
 * The licenses of bundled packages, which must stay with their code. Packages with the same terms share them.
 *
 * @param packages their folders.
 */
export function licensesOf(packages: Iterable<string>): string {
  const named = [...packages].toSorted().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = globSync('{licen[cs]e,LICEN[CS]E,COPYING,NOTICE}*', { cwd: folder });
    const texts = files.filter((file) => !/\.[cm]?js$/.test(file));
    const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    const holder = typeof author === 'object' ? author?.name : author;
    const { holders, terms } = split(text || textOf(license, holder ?? `the authors of ${name}`));
    return { heading: `${name} ${version} (${license})\n${holders}`.trim(), terms };
  });
  const groups = Map.groupBy(named, ({ terms }) => terms.replaceAll(/\s+/g, ' '));
  const parts = [...groups.values()].map(
    (group) => `${group.map(({ heading }) => heading).join('\n\n')}\n\n${group[0]?.terms}`,
  );
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
