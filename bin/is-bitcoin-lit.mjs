#!/usr/bin/env node
// An older Node.js cannot read TypeScript, and would fail with 1, which means "not lit": it gets 70 instead.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 15)) {
  await import('../src/cli.ts');
} else {
  process.stderr.write(
    `is-bitcoin-lit: Node.js 24.15 or newer is needed, and this is ${process.versions.node}\n`,
  );
  process.exitCode = 70;
}
