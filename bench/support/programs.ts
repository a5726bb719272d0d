import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBundle } from '../../scripts/bundle.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = 'bin/is-bitcoin-lit.mjs';

export const BARE = fileURLToPath(new URL('bare.mjs', import.meta.url));

export interface Programs {
  readonly checkout: string;
  readonly installed: string;
  /** The size of `node_modules` after installing the package. */
  readonly installedBytes: number;
}

/** Packs this project and installs it into a folder, without its page if that is not built. */
export async function installPrograms(folder: string): Promise<Programs> {
  await writeBundle();
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim();
  const project = join(folder, 'project');
  mkdirSync(project);
  const install = ['install', '--silent', '--offline', '--no-audit', '--no-fund', join(folder, packed)];
  execFileSync('npm', install, { cwd: project });
  const modules = join(project, 'node_modules');
  const sizes = globSync('**/*', { cwd: modules }).map((name) => statSync(join(modules, name)).size);
  return {
    checkout: join(ROOT, BIN),
    installed: join(modules, 'is-bitcoin-lit', BIN),
    installedBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
