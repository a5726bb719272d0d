import type { Client } from '../connection/client.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { RAW_SINCE_LUA } from './pages.ts';

const script = loadScript<string>([RAW_SINCE_LUA, new URL('version.lua', import.meta.url)], {
  isReadOnly: true,
});

/** A text that changes with the samples and rollups. */
export const readVersion = (client: Client, { price, sentiment, rollups, store }: Keys): Promise<string> =>
  script(client, [price, sentiment, rollups, store], []);
