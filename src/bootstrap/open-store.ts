import type { Config } from '../config/config.ts';
import { SetupError } from '../domain/errors.ts';
import { type OpenedStore, openStore } from '../stores/open.ts';

/** Where the samples of these settings are. */
export const placeOf = (config: Config) => ({
  redisAddress: config.REDIS_URL,
  dataDir: config.DATA_DIR,
  keyPrefix: config.KEY_PREFIX,
  isSimulated: config.SOURCE === 'simulated',
});

/** Who changes a store by hand is told by what fails, and there is nobody to tell the rest. */
const nobody = (): undefined => undefined;
const UNTOLD = { onChange: nobody, onUpdate: nobody, onWarning: nobody };

/** The store without a service, for what is brought into it or changed in it by hand; made where there is none. */
export async function openToChange(config: Config): Promise<OpenedStore> {
  const opened = await openStore({ ...placeOf(config), access: 'write', ...UNTOLD });
  if (!opened) throw new Error('a store opened for writing is there');
  return opened;
}

/** The store for a short look, which creates nothing; `undefined` where there is none. */
export function openToLook(config: Config): Promise<OpenedStore | undefined> {
  return openStore({ ...placeOf(config), access: 'read', ...UNTOLD });
}

/** The store for a look that takes long, and creates none; `undefined` where there is none. */
export async function openToCopy(config: Config): Promise<OpenedStore | undefined> {
  const opened = await openToLook(config);
  if (!opened || config.REDIS_URL) return opened;
  // A reader takes a file that nobody writes for one that stays as it is, which is too much said of the next minutes.
  await opened.store[Symbol.asyncDispose]();
  try {
    return await openToChange(config);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    // In a folder that cannot be written nobody will.
    return await openToLook(config);
  }
}
