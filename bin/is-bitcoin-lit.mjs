#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Keeps compiled code in the user's cache folder, so that later starts need not compile it. Node.js ignores a cache
// that is damaged or that it cannot write.
function enableCompileCache() {
  try {
    // The XDG specification says that relative paths are to be ignored.
    const { XDG_CACHE_HOME: given = '' } = process.env;
    const caches = isAbsolute(given) ? given : join(homedir(), '.cache');
    module.enableCompileCache(join(caches, 'is-bitcoin-lit'));
  } catch {
    // A user without a home has no cache.
  }
}

// A checkout can run its sources if the packages that they import are installed.
function hasSources() {
  const needed = ['../src/main.ts', '../node_modules/fastify/package.json'];
  return needed.every((path) => existsSync(new URL(path, import.meta.url)));
}

// Whether the bundle was made from the sources as they are now: it starts in half the time, and takes less memory.
async function isBundleCurrent() {
  const file = new URL('../dist/fingerprint', import.meta.url);
  if (!existsSync(file)) return false;
  try {
    const { fingerprint } = await import('../scripts/bundle/fingerprint.mjs');
    return readFileSync(file, 'utf8') === fingerprint(fileURLToPath(new URL('../', import.meta.url)));
  } catch {
    // A file vanished while it was compared, or cannot be read.
    return false;
  }
}

// Node.js exits with 1 when it fails, which means "not lit": this exits with 70 instead.
function fail(message) {
  process.stderr.write(`is-bitcoin-lit: ${message}\n`);
  process.exitCode = 70;
}

const BUNDLE = new URL('../dist/main.js', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  fail(
    `requires Node.js 24.15 or newer, and this is ${process.versions.node}: install a newer one from https://nodejs.org`,
  );
} else if (hasSources() && !(await isBundleCurrent())) {
  enableCompileCache();
  await import('../src/main.ts');
} else if (existsSync(BUNDLE)) {
  enableCompileCache();
  await import(BUNDLE);
} else {
  fail('not built yet; run npm ci');
}
