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

const script = loadScript<[added: number, removals: string]>([
  ...ROLLUPS_LUA,
  new URL('append.lua', import.meta.url),
]);

const countScript = loadScript<RangeState>([new URL('count.lua', import.meta.url)], { isReadOnly: true });

const WRITE_LIMIT_MS = 5000;

/** Batches in flight: one is prepared while Redis, which preserves their order, processes another. */
const MAX_IN_FLIGHT = 8;

/** The longest range to count at each append. */
const MAX_KNOWN_MS = 2 * DAY;

/** How often samples were removed, and how many prices and sentiments a range has, with their sums. */
type RangeState = readonly [removals: string, ...values: string[]];

/** The times of the first and the last known sample, and the state of their range. */
interface KnownRange {
  readonly first: number;
  readonly last: number;
  readonly state: RangeState;
}

function extend(range: KnownRange | undefined, samples: readonly Sample[]): Omit<KnownRange, 'state'> {
  let { first, last } = range ?? { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  for (const { time } of samples) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return { first, last };
}

/**
 * Sends only samples that are not known to be stored. The known ones are still there if no samples were removed, and their
 * range has as many, with the same sums; else nothing is known. (A sample that another program replaces with one of the same
 * value goes unnoticed.)
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

  const stateOf = ({ first, last }: Omit<KnownRange, 'state'>, signal: AbortSignal): Promise<RangeState> =>
    connection.run((client) => countScript(client, keysOf(keys, first), [first, last]), {
      limitMs: WRITE_LIMIT_MS,
      signal,
    });

  async function isUnchanged(range: KnownRange, signal: AbortSignal): Promise<boolean> {
    const state = await stateOf(range, signal);
    return state.every((value, index) => value === range.state[index]);
  }

  /** Sends samples in batches; resolves with their replies. */
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

  /** Remembers samples that were stored, unless some may have been removed since. */
  async function remember(
    samples: readonly Sample[],
    replies: Awaited<ReturnType<typeof send>>,
    signal: AbortSignal,
  ): Promise<void> {
    const range = extend(knownRange, samples);
    const isShort = range.last - range.first <= MAX_KNOWN_MS;
    const state = isShort ? await stateOf(range, signal).catch(() => undefined) : undefined;
    if (!state || replies.some(([, removals]) => removals !== state[0])) return forget();
    known.add(samples);
    knownRange = { ...range, state };
  }

  async function appendNext(samples: readonly Sample[], signal: AbortSignal): Promise<Appended> {
    if (knownRange && !(await isUnchanged(knownRange, signal))) forget();
    const unknown = known.unknown(samples);
    if (unknown.length === 0) return { added: 0, duplicates: samples.length };
    try {
      const replies = await send(unknown, signal);
      if (remembers) await remember(unknown, replies, signal);
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
