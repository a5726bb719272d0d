import { ignoreRejection } from '../../../domain/errors.ts';
import type { Sample } from '../../../domain/sample.ts';
import type { Appended } from '../../sample-store.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';
import { toBatches } from './batches.ts';

const script = loadScript<number>([...ROLLUPS_LUA, new URL('append.lua', import.meta.url)]);

const WRITE_LIMIT_MS = 5000;

/** Batches in flight: one is prepared while Redis, which preserves their order, processes another. */
const MAX_IN_FLIGHT = 8;

export function createAppend(connection: Pick<Connection, 'run'>, keys: Keys) {
  return async function append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    let added = 0;
    const inFlight: Promise<number>[] = [];
    for (const { time, text } of toBatches(samples)) {
      if (inFlight.length === MAX_IN_FLIGHT) added += (await inFlight.shift()) ?? 0;
      signal.throwIfAborted();
      const batch = connection.run((client) => script(client, keysOf(keys, time), [text]), {
        limitMs: WRITE_LIMIT_MS,
        signal,
      });
      batch.catch(ignoreRejection);
      inFlight.push(batch);
    }
    for (const count of await Promise.all(inFlight)) added += count;
    return { added, duplicates: samples.length - added };
  };
}
