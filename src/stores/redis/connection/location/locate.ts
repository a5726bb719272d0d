import type { RedisAddress } from '../address.ts';
import { locateInCluster } from './cluster.ts';
import type { Location } from './location.ts';
import { locateBySentinels } from './sentinel.ts';

/** @param key any key of the store. In a cluster, all of them are on one node. */
export function openLocation(address: RedisAddress, key: string): Location {
  switch (address.kind) {
    case 'sentinel':
      return locateBySentinels(address);
    case 'cluster':
      return locateInCluster(address, key);
    case 'server':
      return { find: async () => address.endpoints[0], hasMoved: () => false };
  }
}
