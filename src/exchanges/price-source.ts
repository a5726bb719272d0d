import { troublesOf, type UpstreamTrouble } from '../domain/upstream-errors.ts';
import type { OnInvalidState } from '../stores/saved-state.ts';
import type { StateStore } from '../stores/state-store.ts';
import type { PriceRequest } from './backfill.ts';
import type { Exchange } from './exchange.ts';
import { minutesWithoutPrice } from './missing-minutes.ts';
import { type PriceUpdate, updatePrice } from './price-update.ts';
import { EMPTY_PRICE_STATE, type PriceState, savedPriceState } from './saved-state.ts';

/** What an update found, to be stored. */
type CurrentPrice = Pick<PriceUpdate, 'absence' | 'filled'> & {
  /** US dollars; absent if the exchanges do not agree. */
  readonly price?: number;
  /** Exchanges whose last request failed; absent if none was sent. */
  readonly troubles?: readonly UpstreamTrouble[];
};

export type PriceSource = ReturnType<typeof createPriceSource>;

/** The price of the exchanges, with their saved state. */
export function createPriceSource(options: {
  stateStore: StateStore;
  onInvalidState: OnInvalidState;
  exchanges: readonly Exchange[];
  /** Lets a write finish before the source is closed. A failed write only costs some repeated requests. */
  runInBackground: (work: Promise<unknown>) => void;
}) {
  const { exchanges, runInBackground } = options;
  const document = savedPriceState(options.stateStore, options.onInvalidState);
  let last = EMPTY_PRICE_STATE;

  /** Reads the saved state. @throws StoreError. */
  async function read(now: number): Promise<PriceState> {
    return (await document.read(now)) ?? EMPTY_PRICE_STATE;
  }

  return {
    read,
    /**
     * @param request `sampleTime` is that of the current price's sample, in epoch milliseconds.
     * @throws the signal's reason.
     */
    async update(
      request: Omit<PriceRequest, 'exchanges' | 'state'> & { sampleTime: number },
    ): Promise<CurrentPrice> {
      const { sampleTime, now, stored, signal } = request;
      const newest = stored.at(-1);
      // Repeated calls within a tick send no requests once its price is stored.
      if (newest?.time === sampleTime && minutesWithoutPrice(stored, now).length === 0)
        return { price: newest.price, filled: [] };
      const state = await read(now).catch(() => last);
      const updated = await updatePrice({ exchanges, now, stored, state, signal });
      const { agreement, absence, filled } = updated;
      last = updated.state;
      runInBackground(document.write(last));
      return {
        filled,
        troubles: troublesOf(Object.values(last.statuses)),
        ...(agreement.price !== undefined && { price: agreement.price }),
        ...(absence !== undefined && { absence }),
      };
    },
  };
}
