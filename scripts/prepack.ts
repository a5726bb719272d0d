// Writes what the published package runs: JavaScript, for Node.js strips no types inside of node_modules. Line numbers
// stay, since types become blanks.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FROM = join(ROOT, 'src');
const TO = join(ROOT, 'dist');

/** Of imports, and of what is opened beside a file. */
const TYPESCRIPT_PATH = /(?<=(['"])\.{1,2}\/[^'"\n]*)\.ts(?=\1)/g;

rmSync(TO, { recursive: true, force: true });
for (const name of globSync('**/*.*', { cwd: FROM })) {
  const target = join(TO, name);
  mkdirSync(dirname(target), { recursive: true });
  if (extname(name) === '.ts') {
    const code = stripTypeScriptTypes(readFileSync(join(FROM, name), 'utf8'));
    writeFileSync(target.replace(/\.ts$/, '.js'), code.replace(TYPESCRIPT_PATH, '.js'));
  } else {
    cpSync(join(FROM, name), target);
  }
}
