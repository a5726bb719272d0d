import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * The rooms of `src/` from the ground up: each may import those before it. `outside` says which packages and parts of
 * Node.js a room may import, where that is bounded.
 */
const ROOMS: readonly { room: string; above?: readonly string[]; outside?: RegExp }[] = [
  { room: 'domain', outside: /^(typebox|package\.json$)/ },
  { room: 'track-record', above: ['domain'], outside: /^$/ },
  { room: 'sentiment', above: [], outside: /^node:fs$/ },
  { room: 'parquet', above: ['domain'], outside: /^(node:|hyparquet(-writer)?($|\/))/ },
  { room: 'outbound', above: ['domain'], outside: /^(node:|undici$)/ },
  { room: 'stores', above: ['domain', 'outbound'], outside: /^(node:|redis$|typebox)/ },
  { room: 'exchanges', above: ['domain', 'outbound', 'stores'], outside: /^(node:|typebox)/ },
  {
    room: 'news',
    above: ['domain', 'outbound', 'stores'],
    outside: /^(node:|typebox|feedsmith$|entities\/decode$)/,
  },
  { room: 'simulation', above: ['domain', 'sentiment', 'stores', 'exchanges', 'news'], outside: /^node:/ },
  { room: 'sources', outside: /^(node:|typebox)/ },
  {
    room: 'service',
    above: ['domain', 'track-record', 'parquet', 'stores', 'sources'],
    outside: /^(node:timers|typebox)/,
  },
  {
    room: 'import-export',
    above: ['domain', 'parquet', 'outbound', 'stores', 'exchanges'],
    outside: /^(node:|yauzl$)/,
  },
  { room: 'telemetry', above: ['domain', 'service'], outside: /^(node:timers|pino|prom-client)/ },
  { room: 'http', above: ['domain', 'service'], outside: /^(node:|typebox|fastify$|@fastify\/|negotiator$)/ },
  { room: 'config', above: ['domain', 'stores', 'exchanges', 'news', 'sources'], outside: /^node:/ },
  { room: 'bootstrap' },
  { room: 'workers', outside: /^(node:|typebox)/ },
  { room: 'diagnosis', outside: /^(node:|redis$)/ },
  { room: 'cli' },
];

/** Rooms whose files other rooms may import for their types alone, which leave nothing behind when it runs. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = {
  service: ['stores', 'sources'],
  telemetry: ['service'],
  http: ['service'],
  'import-export': ['stores'],
};

/** Folders inside of rooms, and the page, with what they may import. */
const INNER: Readonly<Record<string, { values: RegExp; types?: RegExp }>> = {
  'src/stores/sqlite': {
    values:
      /^(src\/(domain|stores\/sqlite)\/|src\/stores\/((sample|state)-store|answer-cache|coordinator|definition|damage|hour-pages|known-samples|sums|new-file|shared-run|sync-folder)\.ts|node:)/,
  },
  'src/stores/redis': {
    values:
      /^(src\/(domain|stores\/redis)\/|src\/outbound\/fault\.ts|src\/stores\/((sample|state)-store|answer-cache|coordinator|definition|damage|hour-pages|known-samples|sums|new-file|shared-run)\.ts|node:|redis$)/,
  },
  web: { values: /^(web\/|preact|lightweight-charts$)/, types: /^(src\/domain\/|typebox$)/ },
  'web/build': { values: /^(web\/build\/|node:|vite$|subset-font$)/ },
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

const STATEMENT =
  /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm;

function importsOf(file: string): Import[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return [...source.matchAll(STATEMENT)].map(([, type, ...targets]) => {
    const target = targets.find((one) => one !== undefined) ?? '';
    const resolved = target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), target)) : target;
    return { file, target: resolved, isType: type !== undefined };
  });
}

const files = globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}'], { cwd: ROOT });

const roomOf = (file: string) => (file.startsWith('src/') ? file.split('/').slice(1, -1)[0] : undefined);

function isAllowed({ file, target, isType }: Import): boolean {
  const inner = Object.keys(INNER)
    .toSorted((one, other) => other.length - one.length)
    .find((folder) => file.startsWith(`${folder}/`));
  const rule = INNER[inner ?? ''];
  if (rule && !rule.values.test(target) && !(isType && rule.types?.test(target))) return false;

  const room = roomOf(file);
  const position = ROOMS.findIndex((one) => one.room === room);
  const row = ROOMS[position];
  if (room === undefined || !row) return true;
  const other = roomOf(target);
  if (other === undefined) return row.outside?.test(target) ?? true;
  if (other === room) return true;
  const above = row.above ?? ROOMS.slice(0, position).map((one) => one.room);
  return above.includes(other) && (isType || !TYPES_ONLY[room]?.includes(other));
}

test('each room imports only rooms before it, and of those what its row allows', () => {
  assert.deepEqual(
    files.flatMap(importsOf).filter((one) => !isAllowed(one)),
    [],
  );
  assert.ok(files.length > 100, 'the files were found');
});

test('no files import each other in a circle', () => {
  const imports = new Map(files.map((file) => [file, importsOf(file).map(({ target }) => target)]));
  const done = new Set<string>();
  const circles: string[] = [];
  function visit(file: string, way: readonly string[]): void {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const target of imports.get(file) ?? []) if (imports.has(target)) visit(target, [...way, file]);
    done.add(file);
  }
  for (const file of files) visit(file, []);
  assert.deepEqual(circles, []);
});

test('no folder has more than 15 files beside each other', () => {
  const counts = new Map<string, number>();
  for (const file of globSync(['src/**/*.*', 'web/**/*.*', 'test/**/*.*', 'bench/**/*.*', 'scripts/**/*.*'], {
    cwd: ROOT,
  })) {
    if (/^web\/dist\/|\.woff2$/.test(file)) continue;
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  }
  assert.deepEqual(
    [...counts].filter(([, count]) => count > 15),
    [],
  );
});

test('only config/ reads the environment', () => {
  const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(readers, ['src/config/config.ts', 'src/config/writer-version.ts']);
});

test('only one file writes to sockets past Node’s own responses, so that nothing overtakes a head', () => {
  const writers = files.filter(
    (file) =>
      file.startsWith('src/http/') &&
      /\bsocket\b[^\n]*\.(write|end|cork)\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  assert.deepEqual(writers, ['src/http/streaming/raw-response.ts']);
});

test('no file is much over 200 lines, and none is named for nothing', () => {
  for (const file of files) {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length;
    assert.ok(lines <= 210, `${file} has ${lines} lines`);
    assert.doesNotMatch(file, /\/(utils?|helpers?|types|constants|common|misc|index)(\.|\/)/);
  }
});
