import { ignoreRejection } from '../../../domain/errors.ts';
import type { Sample } from '../../../domain/sample.ts';
import type { Appended } from '../../sample-store.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';
import { toBatches } from './batches.ts';

const script = loadScript<number>([...ROLLUPS_LUA, new URL('append.lua', import.meta.url)]);

/** Milliseconds until a server that does not answer is given up. */
const WRITE_LIMIT = 5000;

/** Batches under way together: one is prepared and sent while Redis, which keeps their order, is at another. */
const UNDER_WAY = 8;

export function createAppend(connection: Pick<Connection, 'run'>, keys: Keys) {
  return async function append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    let added = 0;
    const underWay: Promise<number>[] = [];
    for (const { time, text } of toBatches(samples)) {
      if (underWay.length === UNDER_WAY) added += (await underWay.shift()) ?? 0;
      signal.throwIfAborted();
      const batch = connection.run((client) => script(client, keysOf(keys, time), [text]), {
        limit: WRITE_LIMIT,
        signal,
      });
      batch.catch(ignoreRejection);
      underWay.push(batch);
    }
    for (const count of await Promise.all(underWay)) added += count;
    return { added, duplicates: samples.length - added };
  };
}
