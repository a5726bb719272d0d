import type { Access, StoreDefinition, StoreListeners, StorePlace } from '../definition.ts';

/** Time series in Redis, if `REDIS_URL` is set. */
export const redis: StoreDefinition = {
  at({ redisAddress: address, keyPrefix: prefix, isSimulated }): StorePlace | undefined {
    if (!address) return undefined;
    const keyPrefix = isSimulated ? `${prefix}:simulated` : prefix;

    const open = async (access: Access, listeners: StoreListeners) => {
      const { openRedis } = await import('./open.ts');
      return await openRedis({ address, keyPrefix, access, ...listeners });
    };

    return {
      open,
      openToCopy: (listeners) => open('read', listeners),
      async openToCheck() {
        const { openRedisToCheck } = await import('./check/check.ts');
        return await openRedisToCheck(address, keyPrefix);
      },
      async restore(file, listeners, signal) {
        const opened = await open('write', listeners);
        await using _ = opened.store;
        await opened.restore(file, signal);
      },
      async diagnose(signal) {
        const { diagnoseRedis } = await import('./diagnosis/diagnose.ts');
        return await diagnoseRedis(address, keyPrefix, signal);
      },
    };
  },
};
