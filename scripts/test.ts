// Runs suites of tests: `node scripts/test.ts parts page`, or the files that are named. Unlike `node --test`, it runs
// the files that take longest first, so that no processor is idle while the last of them runs.
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { globalSetup, globalTeardown } from '../test/support/global-setup.ts';

const SUITES: Readonly<Record<string, readonly string[]>> = {
  parts: ['test/*.test.ts', 'test/!(hard|web)/**/*.test.ts'],
  page: ['test/web/*.test.ts'],
  hard: ['test/hard/**/*.test.ts'],
};

/** What takes longest in each suite, in this order; everything else follows. */
const SLOW = [
  'test/hard/clients',
  'test/hard/redis/redis-refuses',
  'test/hard/redis/redis-slow',
  'test/hard/kills',
  'test/hard/import',
  'test/hard/redis',
  'test/hard/live',
  'test/stores/redis-rollups',
  'test/diagnosis/sources',
  'test/e2e/live',
  'test/sources/live',
  'test/stores',
  'test/cli',
  'test/e2e',
  'test/diagnosis',
  'test/news',
  'test/web/text-fits',
  'test/web/ten-years',
];

/** Most test files are idle for a third of their run time. */
const CONCURRENCY = Math.ceil(1.5 * availableParallelism());

/** Of a single test. */
const TIMEOUT_MS = 180_000;

function position(file: string): number {
  const found = SLOW.findIndex((prefix) => file.startsWith(prefix));
  return found < 0 ? SLOW.length : found;
}

/** The files of a suite, each with its place in it: 0 is the first. */
function placed(suite: string) {
  const files = globSync([...(SUITES[suite] ?? [suite])]).toSorted(
    (one, other) => position(one) - position(other) || one.localeCompare(other),
  );
  return files.map((file, index) => ({ file, place: index / files.length }));
}

// Suites run side by side, each from its longest file on.
const files = process.argv
  .slice(2)
  .flatMap(placed)
  .toSorted((one, other) => one.place - other.place)
  .map(({ file }) => file);
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
