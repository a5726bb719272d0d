// Writes `dist/`: the program and the packages that it uses, in few files. Node.js strips no types inside
// `node_modules`, and loads a few files several times as fast as the hundreds of `src/` and its packages.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { builtins } from './bundle/builtins.ts';
import { fileUrls } from './bundle/file-urls.ts';
import { licensesOf, packageOf } from './bundle/licenses.ts';
import { unused } from './bundle/unused.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCE = join(ROOT, 'src');
const MODULES = join(ROOT, 'node_modules');
const TARGET = join(ROOT, 'dist');

/** Files of packages that the program sends as they are. */
const STATIC_FILES: Readonly<Record<string, readonly string[]>> = {
  '@fastify/swagger-ui': ['static/swagger-ui-bundle.js', 'static/swagger-ui.css', 'static/favicon-32x32.png'],
};

/** `src/http/schema-compilers.ts` replaces the first two; only `app.inject()`, which the program never calls, needs the third. */
const UNUSED = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request'];

interface Bundle {
  /** By their paths in `dist/`. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** The folders of the packages whose code or files are in the bundle. */
  readonly packages: ReadonlySet<string>;
}

export async function createBundle(): Promise<Bundle> {
  await using bundle = await rolldown({
    input: join(SOURCE, 'main.ts'),
    platform: 'node',
    plugins: [unused(UNUSED), builtins, fileUrls(SOURCE)],
    logLevel: 'warn',
  });
  const { output } = await bundle.generate({
    format: 'esm',
    chunkFileNames: '[name]-[hash].js',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: false } },
  });
  const files = new Map<string, string | Uint8Array>();
  const packages = new Set(Object.keys(STATIC_FILES).map((name) => join(MODULES, name)));
  for (const file of output) {
    files.set(file.fileName, file.type === 'chunk' ? file.code : file.source);
    if (file.type !== 'chunk') continue;
    for (const id of file.moduleIds) if (id.includes('/node_modules/')) packages.add(packageOf(id));
  }
  // Word lists, and scripts for Redis.
  for (const name of globSync('**/*.*', { cwd: SOURCE }))
    if (extname(name) !== '.ts') files.set(name, readFileSync(join(SOURCE, name)));
  for (const [name, paths] of Object.entries(STATIC_FILES))
    for (const path of paths) files.set(join(name, path), readFileSync(join(MODULES, name, path)));
  files.set('licenses.txt', licensesOf(packages));
  return { files, packages };
}

function hasContent(path: string, content: string | Uint8Array): boolean {
  try {
    return readFileSync(path).equals(Buffer.from(content));
  } catch {
    return false;
  }
}

/**
 * Writes the bundle. Keeps unchanged files and deletes old ones. A program that runs from `dist/` may then fail to load a
 * part that it has not loaded yet.
 *
 * @returns the path of the program.
 */
export async function writeBundle(): Promise<string> {
  const { files } = await createBundle();
  for (const [name, content] of files) {
    const path = join(TARGET, name);
    if (hasContent(path, content)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  for (const entry of globSync('**/*', { cwd: TARGET, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(path.slice(TARGET.length + 1))) rmSync(path);
  }
  return join(TARGET, 'main.js');
}

if (import.meta.main) await writeBundle();
