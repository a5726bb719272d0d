import type { SharedCount } from '../http/limits/connections.ts';
import type { Channel } from './channel.ts';

/**
 * How many connections of one client network each worker accepts by itself, so that most connections cost no message. These
 * are half of the limit in all; the writer grants the others one by one.
 */
export const ownShare = (max: number, workers: number): number => Math.floor(max / (2 * workers));

export function shareConnections({ ask, tell }: Channel, share: number): SharedCount {
  const counts = new Map<string, number>();

  function change(network: string, by: 1 | -1): number {
    const count = (counts.get(network) ?? 0) + by;
    if (count > 0) counts.set(network, count);
    else counts.delete(network);
    return count;
  }

  return {
    async take(network) {
      if (change(network, 1) <= share) return true;
      const isGranted = await ask('take', [network]).catch(() => {
        // It may still be granted.
        void tell('give', network);
        return false;
      });
      if (isGranted !== true) change(network, -1);
      return isGranted === true;
    },
    give(network) {
      if (change(network, -1) >= share) void tell('give', network);
    },
  };
}
