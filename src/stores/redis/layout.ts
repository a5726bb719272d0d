import { SetupError } from '../../domain/errors.ts';
import type { Client } from './connection/client.ts';
import { type Keys, LAYOUT } from './keys.ts';
import { earlierKeys } from './rollups/pages.ts';

/** Layout 1 had no mark. */
const layoutOf = async (client: Client, { store }: Keys): Promise<number | undefined> => {
  const text = await client.hGet(store, 'layout');
  return text === null ? undefined : Number(text);
};

/**
 * Marks the keys with their layout, if `mayMark` is set, and once deletes the averages of an earlier one.
 *
 * @throws SetupError if a newer version wrote them.
 */
export async function assertLayout(client: Client, keys: Keys, mayMark: boolean): Promise<void> {
  const layout = await layoutOf(client, keys);
  if (layout !== undefined && layout > LAYOUT)
    throw new SetupError(
      `KEY_PREFIX leads to keys of a newer version (layout ${layout}; this one reads up to ${LAYOUT}): run that version, or choose another prefix`,
    );
  if (layout === LAYOUT || !mayMark) return;
  await client.del(earlierKeys(keys));
  await client.hSet(keys.store, 'layout', String(LAYOUT));
}
