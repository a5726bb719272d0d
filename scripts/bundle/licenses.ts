import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package that a file belongs to. Packages may contain copies of others, without a `package.json`. */
export function packageOf(file: string): string {
  let folder = dirname(file);
  while (!/\/node_modules\/(@[^/]+\/)?[^/]+$/.test(folder) || !existsSync(join(folder, 'package.json')))
    folder = dirname(folder);
  return folder;
}

/** What a package contains beside its own code. */
const MORE: Readonly<Record<string, string>> = {
  '@fastify/swagger-ui': `

Its static files are Swagger UI, Copyright SmartBear Software Inc., under the Apache License 2.0, whose text is at
/licenses.md of the service (web/dist/licenses.md in the package). They contain React and React DOM (MIT, Copyright Meta
Platforms, Inc. and affiliates), Redux (MIT, Copyright Dan Abramov), Immutable (MIT, Copyright Lee Byron and others), and
other packages that https://github.com/swagger-api/swagger-ui lists.`,
};

/**
 * The text for a package that comes without one.
 *
 * @throws Error for any license but MIT.
 */
function textOf(license: string, holder: string): string {
  if (license !== 'MIT') throw new Error(`a package of ${holder} has no text of its license, ${license}`);
  const own = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8').trim();
  return own.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}

/**
 * The licenses of bundled packages, which must stay with their code.
 *
 * @param packages their folders.
 */
export function licensesOf(packages: Iterable<string>): string {
  const parts = [...packages].toSorted().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = globSync('{licen[cs]e,LICEN[CS]E,COPYING,NOTICE}*', { cwd: folder });
    const texts = files.filter((file) => !/\.[cm]?js$/.test(file));
    const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    const holder = typeof author === 'object' ? author?.name : author;
    return `${name} ${version} (${license})\n\n${text || textOf(license, holder ?? `the authors of ${name}`)}${MORE[name] ?? ''}`;
  });
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
