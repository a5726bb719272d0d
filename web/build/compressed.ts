import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

/** Compressible files; images are compressed already. */
const TEXT = /\.(html|js|css|svg|webmanifest)$/;

/** Replaces each text file of the build by a Brotli copy at the highest level, from which the service makes the rest. */
export function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed',
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!TEXT.test(name)) continue;
        const path = join(folder, name);
        const bytes = readFileSync(path);
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
        rmSync(path);
      }
    },
  };
}
