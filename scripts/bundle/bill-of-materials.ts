import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  readonly 'bom-ref': string;
}

interface Bill {
  components: Component[];
  dependencies: { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly metadata: { readonly component: Component };
}

/** The packages whose code or files are in the page: those that its build lists, and the typeface. */
function pagePackages(root: string): string[] {
  const licenses = readFileSync(join(root, 'web/dist/licenses.md'), 'utf8');
  const names = [...licenses.matchAll(/^## (\S+) - /gm)].map(([, name = '']) => name);
  return [...names, '@fontsource-variable/inter'].map((name) => join(root, 'node_modules', name));
}

function nodeComponent() {
  const { version } = process;
  const reference = `node@${version.slice(1)}`;
  return {
    'bom-ref': reference,
    type: 'application',
    name: 'node',
    version: version.slice(1),
    purl: `pkg:generic/${reference}`,
    licenses: [{ license: { id: 'MIT' } }],
  };
}

/**
 * A bill of materials (CycloneDX) of the packages whose code is shipped.
 *
 * @param root the folder of the project, with the page built.
 * @param packages the folders of the packages in the bundle.
 * @param hasNode whether Node.js is shipped too.
 */
export function billOfMaterials(root: string, packages: Iterable<string>, hasNode: boolean): string {
  const references = [...packages, ...pagePackages(root)].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name}@${version}`;
  });
  const options = { cwd: root, maxBuffer: 100_000_000 };
  const bill: Bill = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format=cyclonedx'], options).toString());
  const known = new Set(bill.components.map((component) => component['bom-ref']));
  for (const reference of references)
    if (!known.has(reference)) throw new Error(`npm does not list ${reference}`);
  const kept = new Set([bill.metadata.component['bom-ref'], ...references]);
  bill.components = bill.components.filter((component) => kept.has(component['bom-ref']));
  if (hasNode) bill.components.push(nodeComponent());
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((name) => kept.has(name)) }));
  return `${JSON.stringify(bill, null, 2)}\n`;
}
