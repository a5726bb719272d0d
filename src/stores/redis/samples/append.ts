import { ignoreRejection } from '../../../domain/errors.ts';
import type { Sample } from '../../../domain/sample.ts';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { createKnownSamples } from '../../known-samples.ts';
import type { Appended } from '../../sample-store.ts';
import type { Connection } from '../connection/connection.ts';
import { loadScript } from '../connection/script.ts';
import type { Keys } from '../keys.ts';
import { keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';
import { toBatches } from './batches.ts';

const script = loadScript<[added: number, prices: number, sentiments: number, removals: number]>([
  ...ROLLUPS_LUA,
  new URL('append.lua', import.meta.url),
]);

const countScript = loadScript<Counts>([new URL('count.lua', import.meta.url)]);

const WRITE_LIMIT_MS = 5000;

/** Batches in flight: one is prepared while Redis, which preserves their order, processes another. */
const MAX_IN_FLIGHT = 8;

/** The longest range to count at each append. */
const MAX_KNOWN_MS = 2 * DAY;

type Counts = readonly [removals: number, prices: number, sentiments: number];

/** The range of the known samples, and what it holds as long as nothing was deleted. */
interface KnownRange {
  readonly first: number;
  readonly last: number;
  readonly counts: Counts;
}

function rangeOf(samples: readonly Sample[], known: KnownRange | undefined) {
  let { first, last } = known ?? { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  for (const { time } of samples) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return { first, last };
}

/**
 * Sends only samples that are not known to be stored. Whether the known ones are still there is seen from how many samples
 * their range has, and how often samples were removed: if another program changed either, nothing is known.
 *
 * @param options.remembers false for an import, which seldom sends a sample twice.
 */
export function createAppend(
  connection: Pick<Connection, 'run'>,
  keys: Keys,
  { remembers }: { remembers: boolean },
) {
  const known = createKnownSamples();
  let knownRange: KnownRange | undefined;

  function forget(): void {
    known.forget();
    knownRange = undefined;
  }

  const count = ({ first, last }: Omit<KnownRange, 'counts'>, signal: AbortSignal): Promise<Counts> =>
    connection.run((client) => countScript(client, keysOf(keys, first), [first, last]), {
      limitMs: WRITE_LIMIT_MS,
      signal,
    });

  async function isUnchanged(range: KnownRange, signal: AbortSignal): Promise<boolean> {
    const counts = await count(range, signal);
    return counts.every((value, index) => value === range.counts[index]);
  }

  /** Sends samples; returns how many have new values, and what the script says of each batch. */
  async function send(samples: readonly Sample[], signal: AbortSignal) {
    const replies: ReturnType<typeof script>[] = [];
    for (const { time, text } of toBatches(samples)) {
      await replies.at(-MAX_IN_FLIGHT);
      signal.throwIfAborted();
      const batch = connection.run((client) => script(client, keysOf(keys, time), [text]), {
        limitMs: WRITE_LIMIT_MS,
        signal,
      });
      batch.catch(ignoreRejection);
      replies.push(batch);
    }
    return Promise.all(replies);
  }

  /** The known range with samples that were sent; `undefined` if some may have been removed meanwhile, or if that is unknown. */
  async function extend(
    before: KnownRange | undefined,
    sent: readonly Sample[],
    replies: Awaited<ReturnType<typeof send>>,
    signal: AbortSignal,
  ): Promise<KnownRange | undefined> {
    const range = rangeOf(sent, before);
    if (!remembers || range.last - range.first > MAX_KNOWN_MS) return undefined;
    const counts = before?.counts ?? (await count(range, signal).catch(() => undefined));
    if (!counts) return undefined;
    const [removals] = counts;
    if (replies.some((reply) => reply[3] !== removals)) return undefined;
    if (!before) return { ...range, counts };
    const sum = (column: 1 | 2) => replies.reduce((total, reply) => total + reply[column], counts[column]);
    return { ...range, counts: [removals, sum(1), sum(2)] };
  }

  return async function append(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    const before = knownRange;
    if (before && !(await isUnchanged(before, signal)) && knownRange === before) forget();
    const base = knownRange;
    const unknown = base ? known.unknown(samples) : samples;
    if (unknown.length === 0) return { added: 0, duplicates: samples.length };
    try {
      const replies = await send(unknown, signal);
      const after = await extend(base, unknown, replies, signal);
      // Another call may have appended meanwhile.
      if (after && knownRange === base) {
        known.add(unknown);
        knownRange = after;
      } else forget();
      const added = replies.reduce((total, [values]) => total + values, 0);
      return { added, duplicates: samples.length - added };
    } catch (error) {
      forget();
      throw error;
    }
  };
}
