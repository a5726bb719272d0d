import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** What each room may import, of the house and from outside; `node:` too where it has to be named. */
const ROOMS: Readonly<Record<string, { values: RegExp; types?: RegExp }>> = {
  domain: { values: /^(src\/domain\/|typebox)/ },
  outbound: { values: /^(src\/(domain|outbound)\/|node:|undici$)/ },
  sources: { values: /^(src\/(domain|outbound|sources)\/|node:)/, types: /^src\/stores\/store\.ts$/ },
  'sources/live': {
    values: /^(src\/(domain|outbound|sources)\/|node:|typebox)/,
    types: /^src\/stores\/store\.ts$/,
  },
  'sources/live/exchanges': { values: /^(src\/(domain|outbound|sources)\/|node:)/ },
  'sources/live/sentiment': { values: /^(src\/(domain|sources)\/|node:)/ },
  'sources/live/feeds': { values: /^(src\/(domain|outbound|sources)\/|node:|feedsmith$|entities$)/ },
  'stores/sqlite': { values: /^(src\/(domain|stores\/sqlite)\/|src\/stores\/(store|raw-buckets)\.ts|node:)/ },
  'stores/redis': {
    values: /^(src\/(domain|stores\/redis)\/|src\/stores\/(store|raw-buckets)\.ts|node:|redis$)/,
  },
  stores: { values: /^(src\/(domain|stores)\/|node:)/ },
  service: {
    values: /^(src\/(domain|service)\/|node:timers|typebox)/,
    types: /^src\/(sources\/source|stores\/store)\.ts$/,
  },
  transfer: {
    values: /^(src\/(domain|outbound|sources|transfer)\/|node:)/,
    types: /^src\/stores\/store\.ts$/,
  },
  telemetry: {
    values: /^(src\/(domain|telemetry)\/|node:timers|pino|prom-client)/,
    types: /^src\/service\/observer\.ts$/,
  },
  web: { values: /^(web\/|preact|lightweight-charts$)/, types: /^(src\/domain\/|typebox$)/ },
  'web/build': { values: /^(web\/build\/|node:|vite$)/ },
  http: { values: /^(src\/(domain|http)\/|node:|typebox|fastify$|@fastify\/)/, types: /^src\/service\// },
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

test('each room imports only what its row allows', () => {
  const roomOf = (file: string) =>
    Object.keys(ROOMS)
      .toSorted((one, other) => other.length - one.length)
      .find((room) => file.startsWith(`${room.startsWith('web') ? '' : 'src/'}${room}/`));
  const wrong = files.flatMap(importsOf).filter(({ file, target, isType }) => {
    const room = ROOMS[roomOf(file) ?? ''];
    return room && !room.values.test(target) && !(isType && room.types?.test(target));
  });
  assert.deepEqual(wrong, []);
  assert.ok(files.length > 100, 'the files were found');
});

test('only config.ts reads the environment', () => {
  const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(readers, ['src/config.ts']);
});

test('no file is much over 200 lines, and none is named for nothing', () => {
  for (const file of files) {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length;
    assert.ok(lines <= 210, `${file} has ${lines} lines`);
    assert.doesNotMatch(file, /\/(utils?|helpers?|types|constants|common|misc|index)(\.|\/)/);
  }
});
