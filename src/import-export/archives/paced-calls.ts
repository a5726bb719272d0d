import { setTimeout as sleep } from 'node:timers/promises';
import { SourceError, type SourceFault } from '../../domain/errors.ts';
import { RefusalError } from '../../exchanges/venues/refusal.ts';
import { readRetryAfter } from '../../outbound/retry-after.ts';

/** Between two calls: a third of what Coinbase allows, and nobody waits for an archive. Milliseconds. */
const PAUSE = 300;

/** Times that one call is made before it is given up. */
const MOST_TRIES = 6;

/** What may be over by the next try. */
const PASSING: readonly SourceFault[] = ['unreachable', 'timeout', 'bad_status'];

/** Before the second try, and doubled for each one after it. Milliseconds. */
const FIRST_WAIT = 1000;

/** Where the place says that it is asked too often, and not for how long to leave it alone. Milliseconds. */
const REST = 30_000;

export interface PacedCallOptions {
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Told of a longer wait. */
  readonly notice: (text: string) => void;
}

/**
 * Makes calls to one place, with a pause between them; again where one failed, after as long as the place wants.
 *
 * @returns a function that rejects with a SourceError in the end, or with the signal's reason.
 */
export function createPacedCall({ clock, signal, notice }: PacedCallOptions) {
  let isFirst = true;

  function waitAfter(error: unknown, tries: number): number | undefined {
    const isRefusal = error instanceof RefusalError;
    if (!(error instanceof SourceError) || tries >= MOST_TRIES) return undefined;
    if (isRefusal && error.refusal === 'forbidden') return undefined;
    if (!isRefusal && !PASSING.includes(error.code)) return undefined;
    if (!isRefusal) return FIRST_WAIT * 2 ** (tries - 1);
    return readRetryAfter(error.retryAfter ?? null, clock()) ?? REST;
  }

  return async function pacedCall<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      if (!isFirst) await sleep(PAUSE, undefined, { signal });
      isFirst = false;
      try {
        return await call();
      } catch (error) {
        const wait = waitAfter(error, tries);
        if (wait === undefined) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        notice(`${reason}; asking again in ${Math.ceil(wait / 1000)} s`);
        await sleep(wait, undefined, { signal });
      }
    }
  };
}

export type PacedCall = ReturnType<typeof createPacedCall>;
