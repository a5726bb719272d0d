import type { StoreDefinition, StoreLocation, StorePlace } from './definition.ts';
import { redis } from './redis/definition.ts';
import { sqlite } from './sqlite/definition.ts';

/** The first that the settings choose is used. To add a store, list it here. */
const STORES: readonly StoreDefinition[] = [redis, sqlite];

/** The store that the settings choose. */
export function storeAt(location: StoreLocation, stores = STORES): StorePlace {
  for (const store of stores) {
    const place = store.at(location);
    if (place) return place;
  }
  throw new Error('the settings choose no store');
}
