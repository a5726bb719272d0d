import type { Config } from '../config/config.ts';
import type { OpenedStore, StoreListeners, StorePlace } from '../stores/definition.ts';
import { storeAt } from '../stores/open.ts';

/** The store that the settings choose. */
export const storeOf = (config: Config): StorePlace =>
  storeAt({
    redisAddress: config.REDIS_URL,
    dataDir: config.DATA_DIR,
    keyPrefix: config.KEY_PREFIX,
    isSimulated: config.SOURCE === 'simulated',
  });

/** A command reports failures itself, and needs no other events. */
const ignore = (): undefined => undefined;
const NO_LISTENERS: StoreListeners = { onChange: ignore, onUpdate: ignore, onWarning: ignore };

/** Opens the store for writing, without a service; creates it if necessary. */
export async function openToChange(config: Config): Promise<OpenedStore> {
  const opened = await storeOf(config).open('write', NO_LISTENERS);
  if (!opened) throw new Error('a store opened for writing must exist');
  return opened;
}

/** Opens the store for a short read. `undefined` if there is none. */
export const openToLook = (config: Config): Promise<OpenedStore | undefined> =>
  storeOf(config).open('read', NO_LISTENERS);

/** Opens the store for a long read. `undefined` if there is none. */
export const openToCopy = (config: Config): Promise<OpenedStore | undefined> =>
  storeOf(config).openToCopy(NO_LISTENERS);

/** Restores a backup into the store; see `StorePlace`. */
export const restoreFrom = (config: Config, file: string, signal: AbortSignal): Promise<void> =>
  storeOf(config).restore(file, NO_LISTENERS, signal);
