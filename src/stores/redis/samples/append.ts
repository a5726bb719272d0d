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

const COUNT_LUA = new URL('count.lua', import.meta.url);

const script = loadScript<[added: number, removals: string, state?: RangeState]>([
  ...ROLLUPS_LUA,
  COUNT_LUA,
  new URL('append.lua', import.meta.url),
]);

const countScript = loadScript<RangeState>(
  [COUNT_LUA, 'return rangeState(tonumber(ARGV[1]), tonumber(ARGV[2]))'],
  { isReadOnly: true },
);

const WRITE_LIMIT_MS = 5000;

/** Batches in flight: one is prepared while Redis, which preserves their order, processes another. */
const MAX_IN_FLIGHT = 8;

/** The longest range to count at each append. */
const MAX_KNOWN_MS = 2 * DAY;

/** How often samples were removed, and how many prices and sentiments a range has, with their sums. */
type RangeState = readonly [removals: string, ...values: string[]];

/** The times of the first and the last sample. */
interface SampleRange {
  readonly first: number;
  readonly last: number;
}

/** The range of the known samples. */
interface KnownRange extends SampleRange {
  readonly state: RangeState;
}

/** Extends a range to samples; `undefined` if it becomes too long. */
function extend(range: SampleRange | undefined, samples: readonly Sample[]): SampleRange | undefined {
  let { first, last } = range ?? { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  for (const { time } of samples) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return last - first <= MAX_KNOWN_MS ? { first, last } : undefined;
}

/**
 * Sends only samples that are not known to be stored. Before that, it checks that no samples were removed, and that the range
 * of the known ones has the same count and sums. Otherwise it forgets what it knows. (It does not notice if another program
 * replaces a sample with one of the same value.)
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
  let previous: Promise<unknown> = Promise.resolve();

  function forget(): void {
    known.forget();
    knownRange = undefined;
  }

  async function isUnchanged({ first, last, state }: KnownRange, signal: AbortSignal): Promise<boolean> {
    const now = await connection.run((client) => countScript(client, keysOf(keys, first), [first, last]), {
      limitMs: WRITE_LIMIT_MS,
      signal,
    });
    return now.every((value, index) => value === state[index]);
  }

  /** Sends samples in batches; resolves with their replies. The last one has the state of a range. */
  async function send(samples: readonly Sample[], range: SampleRange | undefined, signal: AbortSignal) {
    const replies: ReturnType<typeof script>[] = [];
    for (const { time, text, isLast } of toBatches(samples)) {
      await replies.at(-MAX_IN_FLIGHT);
      signal.throwIfAborted();
      const args = isLast && range ? [text, range.first, range.last] : [text];
      const batch = connection.run((client) => script(client, keysOf(keys, time), args), {
        limitMs: WRITE_LIMIT_MS,
        signal,
      });
      batch.catch(ignoreRejection);
      replies.push(batch);
    }
    return Promise.all(replies);
  }

  async function appendNext(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    if (knownRange && !(await isUnchanged(knownRange, signal))) forget();
    const possiblyNew = known.possiblyNew(samples);
    if (possiblyNew.length === 0) return { added: 0, duplicates: samples.length };
    try {
      const range = remembers ? extend(knownRange, possiblyNew) : undefined;
      const replies = await send(possiblyNew, range, signal);
      const state = replies.at(-1)?.[2];
      // None may have been removed since it was stored.
      if (range && state && replies.every(([, removals]) => removals === state[0])) {
        known.add(possiblyNew);
        knownRange = { ...range, state };
      } else forget();
      const added = replies.reduce((total, [count]) => total + count, 0);
      return { added, duplicates: samples.length - added };
    } catch (error) {
      forget();
      throw error;
    }
  }

  return async (samples: readonly Sample[], signal: AbortSignal): Promise<Appended> => {
    if (!remembers) return appendNext(samples, signal);
    // One after the other, since each changes what is known.
    const appended = previous.catch(ignoreRejection).then(() => appendNext(samples, signal));
    previous = appended;
    return appended;
  };
}
