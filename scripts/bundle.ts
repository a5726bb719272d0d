// Writes `dist/`: the program and the packages that it uses, in few files. Node.js strips no types inside
// `node_modules`, and loads a few files several times as fast as the hundreds of `src/` and its packages.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { builtins } from './bundle/builtins.ts';
import { feedNamespaces } from './bundle/feed-namespaces.ts';
import { fileUrls } from './bundle/file-urls.ts';
import { FINGERPRINT, fingerprint } from './bundle/fingerprint.mjs';
import { licensesOf, packageOf } from './bundle/licenses.ts';
import { oneByte } from './bundle/one-byte.ts';
import { packed } from './bundle/packed.ts';
import { PHRASE_LISTS, phraseLists, REPLACED } from './bundle/phrase-lists.ts';
import { redisCommands } from './bundle/redis-commands.ts';
import { responseTypes } from './bundle/types.ts';
import { unused } from './bundle/unused.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCE = join(ROOT, 'src');
const MODULES = join(ROOT, 'node_modules');
const TARGET = join(ROOT, 'dist');

/** What packages contain and the program does not use. */
const UNUSED = {
  neverLoaded: [
    // `src/http/schema-compilers.ts` replaces these.
    '@fastify/ajv-compiler',
    '@fastify/fast-json-stringify-compiler',
    // Only for `app.inject()`.
    'light-my-request',
    // For processors without SIMD.
    'undici/lib/llhttp/llhttp-wasm.js',
    // Bodies of requests are texts.
    'undici/lib/web/fetch/body.js',
    'undici/lib/web/fetch/formdata.js',
    'undici/lib/web/webidl/index.js',
  ],
  neverUsed: [
    // For traces, which the program does not have.
    '@opentelemetry/api',
    'undici/lib/dispatcher/client-h2.js',
    'undici/lib/dispatcher/socks5-proxy-agent.js',
    // Descriptions of the API as YAML, and as Swagger 2.
    'yaml',
    '@fastify/swagger/lib/spec/swagger/index.js',
    '@redis/bloom',
    '@redis/json',
    '@redis/search',
    // `src/stores/redis/connection/` connects to them itself.
    '@redis/client/dist/lib/cluster/index.js',
    '@redis/client/dist/lib/sentinel/index.js',
    // For a cache of responses in the client.
    '@redis/client/dist/lib/command-metadata/index.js',
    // The default of the rate limit's `keyGenerator`.
    'ip-address',
    // Logs to other threads, or to several places.
    'pino/lib/transport.js',
    'pino/lib/multistream.js',
    // Metrics that are pushed, of several processes, and with quantiles.
    'prom-client/lib/pushgateway.js',
    'prom-client/lib/cluster.js',
    'prom-client/lib/summary.js',
    '@redis/client/dist/lib/client/legacy-mode.js',
    // Limits that are shared, and routes as a picture.
    '@fastify/rate-limit/store/RedisStore.js',
    'find-my-way/lib/pretty-print.js',
    // Filters of rows, and columns of any type, in Parquet.
    'hyparquet/src/bloom.js',
    'hyparquet/src/variant.js',
  ],
  parts: {
    // npm has checked the versions.
    semver: 'export const satisfies = () => true;',
    // No route has a regular expression.
    'safe-regex2': 'module.exports = () => true;',
    // Prints nothing without the variable DEBUG.
    debug: 'module.exports = () => () => undefined;',
    typebox: `
      import * as Type from '${MODULES}/typebox/build/typebox.mjs';
      export { Type as default };`,
    undici: `
      import api from 'undici/lib/api/index.js';
      import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
      Object.assign(Dispatcher.prototype, api);
      export { default as buildConnector } from 'undici/lib/core/connect.js';
      export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';`,
  },
};

/** Keeps class names, for packages that read them. */
const KEPT_NAMES = { function: false, class: true };
const MINIFY = {
  compress: { keepNames: KEPT_NAMES },
  mangle: { toplevel: true, keepNames: KEPT_NAMES },
};

interface Bundle {
  /** By their paths in `dist/`. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** The folders of the packages whose code is in the bundle. */
  readonly packages: ReadonlySet<string>;
  /** By their names. */
  readonly sourceMaps: ReadonlyMap<string, string | Uint8Array>;
}

interface BundleOptions {
  /** Whether threads cannot read the files of the bundle, so that the program of each is one file. */
  readonly isBinary?: boolean;
  readonly hasSourceMaps?: boolean;
}

/** Lines of comments in word lists and scripts: they are for those who change them. */
const COMMENTS: Readonly<Record<string, RegExp>> = { '.txt': /^#.*\n/gm, '.lua': /^ *--.*\n/gm };

function withoutComments(name: string): string {
  const text = readFileSync(join(SOURCE, name), 'utf8');
  const comments = COMMENTS[extname(name)];
  return comments ? text.replaceAll(comments, '') : text;
}

/**
 * @param isWhole whether it is the whole program, not a thread of it.
 * @param threads as `fileUrls` takes it.
 */
function open(input: string, isWhole: boolean, threads?: Set<string>) {
  return rolldown({
    input,
    platform: 'node',
    // Leaves out undici's experimental parser.
    transform: { define: { 'typeof esbuildDetection': '"boolean"' } },
    plugins: [
      unused(UNUSED, isWhole),
      redisCommands(SOURCE, isWhole),
      feedNamespaces(join(SOURCE, 'news/feeds')),
      packed,
      oneByte,
      phraseLists,
      builtins,
      fileUrls(SOURCE, threads),
    ],
    logLevel: 'warn',
  });
}

export async function createBundle({ isBinary, hasSourceMaps }: BundleOptions = {}): Promise<Bundle> {
  // Before the files are read, so that it is not that of later changes.
  const ofSources = fingerprint(ROOT);
  const threads = isBinary ? new Set<string>() : undefined;
  await using bundle = await open(join(SOURCE, 'main.ts'), true, threads);
  const { output } = await bundle.generate({
    format: 'esm',
    // Names of chunks, each in several imports, would take 3 kB of the package.
    chunkFileNames: 'chunk-[hash:7].js',
    minify: MINIFY,
    // The licenses are in a separate file.
    comments: { annotation: false, jsdoc: false, legal: false },
    // The files do not refer to them.
    sourcemap: hasSourceMaps ? 'hidden' : false,
  });
  const all = [...output];
  for (const file of threads ?? []) {
    await using thread = await open(file, false);
    all.push(...(await thread.generate({ format: 'esm', codeSplitting: false, minify: MINIFY })).output);
  }
  const files = new Map<string, string | Uint8Array>();
  const packages = new Set<string>();
  const sourceMaps = new Map<string, string | Uint8Array>();
  for (const file of all) {
    const target = file.fileName.endsWith('.map') ? sourceMaps : files;
    target.set(file.fileName, file.type === 'chunk' ? file.code : file.source);
    if (file.type !== 'chunk') continue;
    for (const id of file.moduleIds) if (id.includes('/node_modules/')) packages.add(packageOf(id));
  }
  // Word lists, and scripts for Redis.
  for (const name of globSync('**/*.*', { cwd: SOURCE }))
    if (extname(name) !== '.ts' && !REPLACED.includes(name)) files.set(name, withoutComments(name));
  files.set(PHRASE_LISTS.name, PHRASE_LISTS.content);
  files.set(FINGERPRINT, ofSources);
  files.set('licenses.txt', licensesOf(packages));
  files.set('api.d.ts', await responseTypes());
  return { files, packages, sourceMaps };
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
export async function writeBundle(bundle?: Bundle): Promise<string> {
  const { files } = bundle ?? (await createBundle());
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(TARGET, name);
    if (hasContent(path, content)) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  // It is there only while the bundle is complete.
  rmSync(join(TARGET, FINGERPRINT), { force: true });
  for (const [name, content] of files) if (name !== FINGERPRINT) write(name, content);
  for (const entry of globSync('**/*', { cwd: TARGET, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(path.slice(TARGET.length + 1))) rmSync(path);
  }
  write(FINGERPRINT, files.get(FINGERPRINT) ?? '');
  return join(TARGET, 'main.js');
}

if (import.meta.main) await writeBundle();
