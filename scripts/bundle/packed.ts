import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'rolldown';
import { replaceAll } from './replace.ts';

const WASM = /'([A-Za-z0-9+/=]{10000,})'|Buffer\.from\(wasmBase64, 'base64'\)/g;

/** Compresses undici's parser, which is in a text. It is unpacked in a millisecond, before the first request. */
export const packed: Plugin = {
  name: 'packed',
  transform: {
    filter: { id: /\/undici\/lib\/llhttp\/.*wasm\.js$/ },
    handler(code) {
      const replaced = replaceAll(code, WASM, (wasm) =>
        wasm === undefined
          ? "require('node:zlib').brotliDecompressSync(Buffer.from(wasmBase64, 'base64'))"
          : `'${brotliCompressSync(Buffer.from(wasm, 'base64')).toString('base64')}'`,
      );
      return { code: replaced };
    },
  },
};
