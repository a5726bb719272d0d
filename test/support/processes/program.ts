import { fileURLToPath } from 'node:url';

/**
 * The program that tests start as a process: the bundle that `global-setup.ts` builds, or the file that `TESTED_PROGRAM`
 * names, such as `src/main.ts`.
 */
export const PROGRAM =
  process.env['TESTED_PROGRAM'] ?? fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
