import type { ServerResponse } from 'node:http';

/**
 * Bounds the memory of long answers that are on their way: at more than `most` bytes, the one that has taken longest
 * is cut off.
 */
export function boundUnfinished(most: number): (response: ServerResponse, bytes: number) => void {
  const unfinished = new Map<ServerResponse, number>();
  let total = 0;

  function forget(response: ServerResponse): void {
    total -= unfinished.get(response) ?? 0;
    unfinished.delete(response);
  }

  return (response, bytes) => {
    if (response.destroyed) return;
    unfinished.set(response, bytes);
    total += bytes;
    response.on('close', () => forget(response));
    for (const slow of unfinished.keys()) {
      if (total <= most) return;
      forget(slow);
      slow.destroy();
    }
  };
}
