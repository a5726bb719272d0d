import type { Config } from '../config/config.ts';
import { SetupError } from '../domain/errors.ts';
import { type OpenedStore, openStore, restoreStore } from '../stores/open.ts';

/** Where the settings say that the samples are. */
export const locationOf = (config: Config) => ({
  redisAddress: config.REDIS_URL,
  dataDir: config.DATA_DIR,
  keyPrefix: config.KEY_PREFIX,
  isSimulated: config.SOURCE === 'simulated',
});

/** A command reports failures itself, and needs no other events. */
const ignore = (): undefined => undefined;
const NO_LISTENERS = { onChange: ignore, onUpdate: ignore, onWarning: ignore };

/** Opens the store for writing, without a service; creates it if necessary. */
export async function openToChange(config: Config): Promise<OpenedStore> {
  const opened = await openStore({ ...locationOf(config), access: 'write', ...NO_LISTENERS });
  if (!opened) throw new Error('a store opened for writing must exist');
  return opened;
}

/** Opens the store for a short read. `undefined` if there is none. */
export function openToLook(config: Config): Promise<OpenedStore | undefined> {
  return openStore({ ...locationOf(config), access: 'read', ...NO_LISTENERS });
}

/** Opens the store for a long read. `undefined` if there is none. */
export async function openToCopy(config: Config): Promise<OpenedStore | undefined> {
  const opened = await openToLook(config);
  if (!opened || config.REDIS_URL) return opened;
  // A file that is opened for reading counts as unchanging while nobody writes it, which is not safe for a long read.
  await opened.store[Symbol.asyncDispose]();
  try {
    return await openToChange(config);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    // The folder is not writable, so nobody will write the file.
    return await openToLook(config);
  }
}

/** Restores a backup into the store; see `restoreStore`. */
export const restoreFrom = (config: Config, file: string, signal: AbortSignal): Promise<void> =>
  restoreStore({ ...locationOf(config), access: 'write', ...NO_LISTENERS }, file, signal);
