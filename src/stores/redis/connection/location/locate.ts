import type { RedisAddress } from '../address.ts';
import { locateInCluster } from './cluster.ts';
import type { Location } from './location.ts';
import { locateBySentinels } from './sentinel.ts';

/** @param key one of those that are asked for: in a cluster, all of them are where it is. */
export function openLocation(address: RedisAddress, key: string): Location {
  switch (address.kind) {
    case 'sentinel':
      return locateBySentinels(address);
    case 'cluster':
      return locateInCluster(address, key);
    case 'server':
      return {
        find: async () => address.endpoints[0],
        confirm: async () => undefined,
        isStill: async () => true,
        hasMoved: () => false,
      };
  }
}
