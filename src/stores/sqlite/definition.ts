import { join } from 'node:path';
import type { StoreLocation, StorePlace } from '../definition.ts';

/** A file in `DATA_DIR`. */
export function sqliteAt({ dataDir, isSimulated }: StoreLocation): StorePlace {
  const path = join(dataDir, isSimulated ? 'simulated.sqlite' : 'samples.sqlite');
  return {
    async open(access, listeners) {
      const { openSqlite } = await import('./open.ts');
      return await openSqlite({ path, access, ...listeners });
    },
    async openToCopy(listeners) {
      const { openSqliteToCopy } = await import('./open.ts');
      return await openSqliteToCopy({ path, ...listeners });
    },
    async openToCheck() {
      const { openSqliteToCheck } = await import('./check/check.ts');
      return openSqliteToCheck(path);
    },
    async restore(file, _listeners, signal) {
      const { restoreFile } = await import('./file/restore.ts');
      await restoreFile(file, path, signal);
    },
    async diagnose() {
      const { diagnoseFile } = await import('./file/diagnose.ts');
      return diagnoseFile(path);
    },
  };
}
