import { existsSync, globSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary.ts';

const FOLDERS = ['/usr/share/fonts', '/usr/local/share/fonts', `${process.env['HOME']}/.local/share/fonts`];

/** The font files of each family that the page uses. */
const FILES = {
  'DejaVu Sans': ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'],
  'Liberation Sans': ['LiberationSans-Regular.ttf', 'LiberationSans-Bold.ttf'],
  'Noto Sans': ['NotoSans-Regular.ttf', 'NotoSans-Bold.ttf'],
} as const;
/** Fonts for Chinese text; without one, it is drawn as boxes. */
const CHINESE = ['DroidSansFallbackFull.ttf', 'wqy-microhei.ttc', 'NotoSansCJK-Regular.ttc'];

export type Family = keyof typeof FILES;
export const FAMILIES = Object.keys(FILES) as Family[];

const installed = new Map(
  FOLDERS.filter((folder) => existsSync(folder))
    .flatMap((folder) => globSync(`${folder}/**/*.{ttf,ttc}`))
    .map((path) => [basename(path), path] as const),
);

export const isInstalled = (family: Family): boolean => FILES[family].every((name) => installed.has(name));

/** Environment variables that limit a browser to one family and a font for Chinese. */
export function onlyFont(t: TestContext, family: Family): Record<string, string> {
  const folder = temporaryFolder(t);
  const fonts = join(folder, 'fonts');
  mkdirSync(fonts);
  for (const name of [...FILES[family], CHINESE.find((one) => installed.has(one))]) {
    const path = name && installed.get(name);
    if (path) symlinkSync(path, join(fonts, basename(path)));
  }
  const file = join(folder, 'fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>
`,
  );
  return { FONTCONFIG_FILE: file };
}
