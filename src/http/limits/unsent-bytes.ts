import type { ServerResponse } from 'node:http';
import { lengthOf } from '../caching/parted-body.ts';

/**
 * What a connection with an unsent response costs in addition to the body, with 16 requests waiting: 13 kB of live objects,
 * and the overhead of garbage collector and allocator (`bench/paused-readers.ts`).
 */
const CONNECTION_COST_BYTES = 48_000;

/**
 * Counts a response until it closes.
 *
 * @param network the client's, from `clients/network.ts`.
 * @param parts the whole body. A part that several responses share counts once.
 */
type CountUnsent = (response: ServerResponse, network: string, parts: readonly Uint8Array[]) => void;

interface NetworkResponses {
  /** What they would cost if no other network shared their bodies. */
  costBytes: number;
  /** Oldest first. */
  readonly responses: Set<ServerResponse>;
}

/**
 * Limits the memory of responses that clients have not received yet. Above the limit, the client network with the highest
 * cost loses its oldest response, so that one client cannot push out the others.
 */
export function limitUnsentBytes(maxBytes: number): CountUnsent {
  const counted = new Map<
    ServerResponse,
    { readonly network: string; readonly parts: readonly Uint8Array[] }
  >();
  const responsesPerPart = new Map<Uint8Array, number>();
  const networks = new Map<string, NetworkResponses>();
  let totalBytes = 0;

  function remove(response: ServerResponse): void {
    const found = counted.get(response);
    if (!found) return;
    const { network, parts } = found;
    counted.delete(response);
    totalBytes -= CONNECTION_COST_BYTES;
    for (const part of parts) {
      const left = (responsesPerPart.get(part) ?? 0) - 1;
      if (left > 0) {
        responsesPerPart.set(part, left);
      } else {
        responsesPerPart.delete(part);
        totalBytes -= part.length;
      }
    }
    const others = networks.get(network);
    if (!others) return;
    others.costBytes -= CONNECTION_COST_BYTES + lengthOf(parts);
    others.responses.delete(response);
    if (others.responses.size === 0) networks.delete(network);
  }

  function mostExpensive(): NetworkResponses | undefined {
    let found: NetworkResponses | undefined;
    for (const one of networks.values()) if (!found || one.costBytes > found.costBytes) found = one;
    return found;
  }

  return (response, network, parts) => {
    if (response.destroyed) return;
    counted.set(response, { network, parts });
    totalBytes += CONNECTION_COST_BYTES;
    for (const part of parts) {
      const count = responsesPerPart.get(part) ?? 0;
      responsesPerPart.set(part, count + 1);
      if (count === 0) totalBytes += part.length;
    }
    const others = networks.get(network) ?? { costBytes: 0, responses: new Set() };
    networks.set(network, others);
    others.costBytes += CONNECTION_COST_BYTES + lengthOf(parts);
    others.responses.add(response);
    response.once('close', () => remove(response));
    while (totalBytes > maxBytes) {
      const [oldest] = mostExpensive()?.responses ?? [];
      if (!oldest) return;
      remove(oldest);
      oldest.destroy();
    }
  };
}
