// Writes the files of a release, except the package: node scripts/release.ts FOLDER
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBinary } from './binary.ts';
import { billOfMaterials } from './bundle/bill-of-materials.ts';
import { createBundle, writeBundle } from './bundle.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const [folder] = process.argv.slice(2);
if (!folder) throw new Error('name a folder');

// With the maps, the stack traces of users can be read.
const maps = join(folder, 'source-maps');
mkdirSync(maps, { recursive: true });
const bundle = await createBundle({ hasSourceMaps: true });
for (const [name, map] of bundle.sourceMaps) writeFileSync(join(maps, name), map);
await writeBundle(bundle);
writeFileSync(join(folder, 'sbom.cdx.json'), billOfMaterials(ROOT, bundle.packages, false));

const { file, licenses, packages } = await buildBinary(folder);
const name = `is-bitcoin-lit-${process.platform}-${process.arch}`;
renameSync(file, join(folder, name));
renameSync(licenses, join(folder, `${name}-licenses.txt`));
writeFileSync(join(folder, `${name}-sbom.cdx.json`), billOfMaterials(ROOT, packages, true));
