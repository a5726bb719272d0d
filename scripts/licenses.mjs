// Lists the licence of every package that is shipped: the production dependencies, and what is built into the page.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const BUILT_IN = ['preact', 'lightweight-charts', 'fancy-canvas', '@fontsource-variable/inter'];
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const rows = [];
for (const [path, { version, license, dev, optional }] of Object.entries(packages)) {
  const name = path.replace(/^.*node_modules\//, '');
  if (path === '' || (dev && !BUILT_IN.includes(name))) continue;
  if (!existsSync(path)) {
    if (optional) continue;
    throw new Error(`${path} is not installed: run npm ci`);
  }
  if (!license) throw new Error(`${name} names no licence`);
  const file = readdirSync(path).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  rows.push(`| ${name} | ${version} | ${license} | ${file ?? 'none'} |`);
}
console.log(
  `# Licences\n\n| package | version | licence | file |\n|---|---|---|---|\n${rows.sort().join('\n')}`,
);
