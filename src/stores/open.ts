import type { StoreDefinition, StoreLocation, StorePlace } from './definition.ts';
import { redis } from './redis/definition.ts';
import { sqliteAt } from './sqlite/definition.ts';

/** The stores that a setting chooses. To add one, list it here. */
export const STORES: readonly StoreDefinition[] = [redis];

/** The store that the settings choose; without such a setting, the file. */
export function storeAt(location: StoreLocation, stores = STORES): StorePlace {
  for (const store of stores) {
    const place = store.at(location);
    if (place) return place;
  }
  return sqliteAt(location);
}
