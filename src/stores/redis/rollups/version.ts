import { sharedRun } from '../../shared-run.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { infoOf } from '../samples/series.ts';
import { STATE_LUA } from './pages.ts';

const script = loadScript<string>([...STATE_LUA, 'return state()'], { isReadOnly: true });

const LIMIT_MS = 1000;

/** TS.INFO walks all chunks: some milliseconds of Redis' only thread after ten years. */
const COUNT_EVERY_MS = 1000;

/**
 * A text that changes with the samples and averages. What other programs add between the ends of a series is found by counting,
 * which takes up to a second.
 */
export function createVersion(connection: Pick<Connection, 'run'>, keys: Keys): () => Promise<string> {
  const { price, sentiment, rollups, store } = keys;
  const readState = sharedRun(() =>
    connection.run((client) => script(client, [price, sentiment, rollups, store], []), { limitMs: LIMIT_MS }),
  );
  const readCounts = sharedRun(() =>
    connection.run((client) => Promise.all([price, sentiment].map((key) => infoOf(client, key))), {
      limitMs: LIMIT_MS,
    }),
  );
  let counted = { at: Number.NEGATIVE_INFINITY, text: '' };

  async function counts(): Promise<string> {
    if (performance.now() - counted.at >= COUNT_EVERY_MS) {
      const at = performance.now();
      const infos = await readCounts();
      counted = { at, text: infos.map((info) => info?.totalSamples ?? 0).join(' ') };
    }
    return counted.text;
  }

  return async () => (await Promise.all([readState(), counts()])).join(' ');
}
