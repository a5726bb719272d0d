import type { ServerResponse } from 'node:http';

/**
 * What a connection with an unsent answer costs beside the answer's bytes, with 16 requests behind it: 13 kB of live
 * objects, and what the garbage collector and the allocator hold beside them (`bench/paused-readers.ts`). Bytes.
 */
const CONNECTION_COST_BYTES = 48_000;

export interface UnsentBytes {
  /**
   * Counts an answer until it is over.
   *
   * @param network the client's, of `clients/network.ts`.
   * @param bytes the whole body, which may be shared with other answers: it counts once then.
   */
  add(response: ServerResponse, network: string, bytes: Buffer): void;
}

interface Answers {
  /** What they would cost if nobody else shared their bodies. Bytes. */
  cost: number;
  /** Oldest first. */
  readonly responses: Set<ServerResponse>;
}

/**
 * Bounds the memory of answers that their clients have yet to take. Above `most` bytes, the client network that takes up
 * most loses its oldest answer, so that one client cannot push out the others.
 */
export function limitUnsentBytes(most: number): UnsentBytes {
  const bodies = new Map<ServerResponse, { readonly network: string; readonly bytes: Buffer }>();
  const sharers = new Map<Buffer, number>();
  const networks = new Map<string, Answers>();
  let total = 0;

  function remove(response: ServerResponse): void {
    const body = bodies.get(response);
    if (!body) return;
    const { network, bytes } = body;
    bodies.delete(response);
    total -= CONNECTION_COST_BYTES;
    const left = (sharers.get(bytes) ?? 0) - 1;
    if (left > 0) {
      sharers.set(bytes, left);
    } else {
      sharers.delete(bytes);
      total -= bytes.length;
    }
    const answers = networks.get(network);
    if (!answers) return;
    answers.cost -= CONNECTION_COST_BYTES + bytes.length;
    answers.responses.delete(response);
    if (answers.responses.size === 0) networks.delete(network);
  }

  function largest(): Answers | undefined {
    let found: Answers | undefined;
    for (const answers of networks.values()) {
      if (!found || answers.cost > found.cost) found = answers;
    }
    return found;
  }

  return {
    add(response, network, bytes) {
      if (response.destroyed) return;
      bodies.set(response, { network, bytes });
      const count = sharers.get(bytes) ?? 0;
      sharers.set(bytes, count + 1);
      total += CONNECTION_COST_BYTES + (count === 0 ? bytes.length : 0);
      const answers = networks.get(network) ?? { cost: 0, responses: new Set() };
      networks.set(network, answers);
      answers.cost += CONNECTION_COST_BYTES + bytes.length;
      answers.responses.add(response);
      response.once('close', () => remove(response));
      while (total > most) {
        const [oldest] = largest()?.responses ?? [];
        if (!oldest) return;
        remove(oldest);
        oldest.destroy();
      }
    },
  };
}
