// Writes `dist-binary/is-bitcoin-lit`: one file that contains Node.js, the program and the page. It runs on the system and
// the processor that it is built on. Node.js has done this since 26, as an experiment: see "Single executable
// applications" in its documentation.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBundle } from './bundle.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGE = join(ROOT, 'web/dist');
const TARGET = join(ROOT, 'dist-binary');

/** `doctor` starts the program again, with a file of it as the argument: only Node.js itself would run that file. */
const MAIN = `
const check = new URL('./dist/check-process.js', import.meta.url);
const isCheck = process.argv[2] === process.getBuiltinModule('node:url').fileURLToPath(check);
await import(isCheck ? check : './dist/main.js');
`;

/** The license of Node.js and of the parts that it contains, where its distributions have it. */
const NODE_LICENSE = join(dirname(process.execPath), '../LICENSE');

/** The licenses of everything in the executable. */
function allLicenses(ofBundle: string): string {
  const hasNodes = existsSync(NODE_LICENSE);
  if (!hasNodes)
    process.stderr.write(
      `${NODE_LICENSE} does not exist: add the license of Node.js before you distribute the file\n`,
    );
  const read = (path: string) => readFileSync(path, 'utf8').trim();
  const parts = [
    read(join(ROOT, 'LICENSE')),
    `The page contains:\n\n${read(join(PAGE, 'licenses.md'))}\n\n${read(join(PAGE, 'inter-license.txt'))}`,
    `The program contains:\n\n${ofBundle.trim()}`,
    ...(hasNodes ? [`The file contains Node.js ${process.version}:\n\n${read(NODE_LICENSE)}`] : []),
  ];
  return `${parts.join(`\n\n${'='.repeat(80)}\n\n`)}\n`;
}

export interface Binary {
  readonly file: string;
  /** The file with the licenses, beside it. */
  readonly licenses: string;
  /** The folders of the packages in it, without those in the page. */
  readonly packages: ReadonlySet<string>;
}

export async function buildBinary(folder = TARGET): Promise<Binary> {
  if (!existsSync(PAGE)) throw new Error('the page is not built: npm run build:page');
  const place = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-'));
  try {
    const { files, packages } = await createBundle({ isBinary: true });
    writeFileSync(join(place, 'main.js'), MAIN);
    for (const [name, content] of files) {
      const path = join(place, 'dist', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    cpSync(PAGE, join(place, 'web/dist'), { recursive: true });
    const names = globSync('**/*', { cwd: place, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1));
    const output = join(folder, process.platform === 'win32' ? 'is-bitcoin-lit.exe' : 'is-bitcoin-lit');
    const config = {
      main: join(place, 'main.js'),
      mainFormat: 'module',
      output,
      useVfs: true,
      disableExperimentalSEAWarning: true,
      assets: Object.fromEntries(names.map((name) => [name.replaceAll('\\', '/'), join(place, name)])),
    };
    mkdirSync(folder, { recursive: true });
    const file = join(place, 'sea-config.json');
    writeFileSync(file, JSON.stringify(config));
    execFileSync(process.execPath, ['--build-sea', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    const licenses = join(folder, 'licenses.txt');
    writeFileSync(licenses, allLicenses(String(files.get('licenses.txt'))));
    return { file: output, licenses, packages };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log((await buildBinary()).file);
