// Prints a bill of materials (CycloneDX) of the packages whose code is in the bundle or in the page.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBundle } from './bundle.ts';

const IN_PAGE = ['preact', 'lightweight-charts', 'fancy-canvas', '@fontsource-variable/inter'];

interface Bill {
  components: { readonly 'bom-ref': string }[];
  dependencies: { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
}

const { packages } = await createBundle();
const references = [...packages, ...IN_PAGE.map((name) => join('node_modules', name))].map((folder) => {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name}@${version}`;
});
const output = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx'], { maxBuffer: 100_000_000 });
const bill: Bill = JSON.parse(output.toString());
const known = new Set(bill.components.map((component) => component['bom-ref']));
for (const reference of references)
  if (!known.has(reference)) throw new Error(`npm does not list ${reference}`);
const kept = new Set([bill.metadata.component['bom-ref'], ...references]);
bill.components = bill.components.filter((component) => kept.has(component['bom-ref']));
bill.dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((name) => kept.has(name)) }));
console.log(JSON.stringify(bill, null, 2));
