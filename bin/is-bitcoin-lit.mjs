#!/usr/bin/env node
import { existsSync } from 'node:fs';

// An older Node.js cannot read TypeScript, and would fail with 1, which means "not lit": it gets 70 instead.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 15)) {
  // A checkout runs its sources; a published package has none, for Node.js strips no types inside of node_modules.
  const isCheckout = existsSync(new URL('../src/main.ts', import.meta.url));
  await import(isCheckout ? '../src/main.ts' : '../dist/main.js');
} else {
  process.stderr.write(
    `is-bitcoin-lit: Node.js 24.15 or newer is needed, and this is ${process.versions.node}\n`,
  );
  process.exitCode = 70;
}
