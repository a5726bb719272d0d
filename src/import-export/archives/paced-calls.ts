import { setTimeout as sleep } from 'node:timers/promises';
import { SourceError, type SourceFault } from '../../domain/errors.ts';
import { RefusalError } from '../../exchanges/clients/refusal.ts';
import { readRetryAfter } from '../../outbound/retry-after.ts';

/** The time between two calls: a third of the rate that Coinbase allows. */
const PAUSE_MS = 300;

const MAX_TRIES = 6;

const RETRYABLE: readonly SourceFault[] = ['unreachable', 'timeout', 'bad_status'];

/** The wait before the second try, which doubles for each further one. */
const MIN_RETRY_DELAY_MS = 1000;

/** The wait after a refusal without `Retry-After`. */
const REFUSAL_WAIT_MS = 30_000;

export interface PacedCallOptions {
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Called before each retry. */
  readonly notice: (text: string) => void;
}

/**
 * Makes calls to one upstream, with a pause between them, and retries failed ones.
 *
 * @returns a function that rejects with the last SourceError, or with the signal's reason.
 */
export function createPacedCall({ clock, signal, notice }: PacedCallOptions) {
  let isFirst = true;

  function waitAfter(error: unknown, tries: number): number | undefined {
    const isRefusal = error instanceof RefusalError;
    if (!(error instanceof SourceError) || tries >= MAX_TRIES) return undefined;
    if (isRefusal && error.refusal === 'forbidden') return undefined;
    if (isRefusal) return readRetryAfter(error.retryAfter ?? null, clock()) ?? REFUSAL_WAIT_MS;
    return RETRYABLE.includes(error.code) ? MIN_RETRY_DELAY_MS * 2 ** (tries - 1) : undefined;
  }

  return async function pacedCall<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      if (!isFirst) await sleep(PAUSE_MS, undefined, { signal });
      isFirst = false;
      try {
        return await call();
      } catch (error) {
        const waitMs = waitAfter(error, tries);
        if (waitMs === undefined) throw error;
        notice(`${(error as SourceError).message}; retrying in ${Math.ceil(waitMs / 1000)} s`);
        await sleep(waitMs, undefined, { signal });
      }
    }
  };
}

export type PacedCall = ReturnType<typeof createPacedCall>;
