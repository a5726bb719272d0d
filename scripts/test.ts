// Runs test suites, such as `node scripts/test.ts parts page`, or single files. Unlike `node --test`, it runs the
// slowest files first, so that no processor is idle at the end, and the files of most folders in one process, which
// loads the program once.
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { globalSetup, globalTeardown } from '../test/support/global-setup.ts';

const SUITES: Readonly<Record<string, readonly string[]>> = {
  parts: ['test/*.test.ts', 'test/!(hard|web)/**/*.test.ts'],
  page: ['test/web/*.test.ts'],
  hard: ['test/hard/**/*.test.ts'],
};

/**
 * The slowest files and folders, slowest first, but those that mostly wait beside those that compute, so that no processor is
 * idle. All others follow.
 */
const SLOW = [
  'test/hard/clients',
  'test/hard/kills',
  'test/hard/redis/redis-refuses',
  'test/web',
  'test/hard/redis/redis-slow',
  'test/stores/redis-rollups',
  'test/workers',
  'test/hard/redis/cluster',
  'test/hard/redis/redis-away',
  'test/cli',
  'test/hard/redis/sentinel',
  'test/sources',
  'test/import-export',
  'test/hard/import',
  'test/hard',
  'test/stores',
  'test/docs',
  'test/recipes',
  'test/news',
  'test/diagnosis/sources',
  'test/e2e',
  'test/exchanges',
  'test/http',
  'test/outbound',
  'test/service',
  'test/diagnosis',
];

/** Files that take long, mostly wait, or measure their process: each has its own process. */
const OWN_PROCESS = /^test\/(cli|diagnosis\/sources|e2e|hard|stores|web\/(ten-years|text-fits))\b/;

/** For generated files that import the tests of a folder. */
const GENERATED_FOLDER = 'node_modules/.cache/tests';

/** Most test files are idle for half of their run time. With more at once, tests of ticks come too late. */
const CONCURRENCY = 2 * availableParallelism();

/** For a file, or for all files of a folder that share a process. */
const TIMEOUT_MS = 300_000;

function position(file: string): number {
  const found = SLOW.findIndex((prefix) => file.startsWith(prefix));
  return found < 0 ? SLOW.length : found;
}

/** Writes a file that runs several test files in one process; returns its path. */
function together(folder: string, files: readonly string[]): string {
  const path = join(GENERATED_FOLDER, `${folder.replaceAll('/', '-')}.mjs`);
  mkdirSync(GENERATED_FOLDER, { recursive: true });
  writeFileSync(path, files.map((file) => `import ${JSON.stringify(resolve(file))};\n`).join(''));
  return path;
}

/** The files of a suite, or a file. */
const filesOf = (suite: string) => globSync([...(SUITES[suite] ?? [suite])]);

// Files on the command line have their own process, so that their output is not mixed.
const folderOf = (file: string) =>
  OWN_PROCESS.test(file) || process.argv.includes(file) ? file : dirname(file);
const sorted = process.argv
  .slice(2)
  .flatMap(filesOf)
  .toSorted((one, other) => position(one) - position(other) || one.localeCompare(other));
const files = [...Map.groupBy(sorted, folderOf)].map(([folder, own]) =>
  own.length > 1 ? together(folder, own) : (own[0] ?? folder),
);
if (files.length === 0) throw new Error('no test file was found');

await globalSetup();
try {
  const tests = run({ files, concurrency: CONCURRENCY, timeout: TIMEOUT_MS });
  tests.on('test:fail', ({ todo }) => {
    if (!todo) process.exitCode = 1;
  });
  const report = tests.compose(new spec());
  report.pipe(process.stdout);
  await finished(report);
} finally {
  await globalTeardown();
}
