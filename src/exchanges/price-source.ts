import { type PlaceTrouble, troublesOf } from '../domain/upstream-errors.ts';
import type { OnUnfit } from '../stores/saved-state.ts';
import type { StateStore } from '../stores/state-store.ts';
import type { Exchange } from './exchange.ts';
import { minutesWithoutPrice } from './missing-minutes.ts';
import type { PricePoint } from './price-agreement.ts';
import { type PriceUpdate, updatePrice } from './price-update.ts';
import { EMPTY_PRICE_STATE, type PriceState, rememberPriceState } from './saved-state.ts';

/** What an update found, to be stored. */
type CurrentPrice = Pick<PriceUpdate, 'absence' | 'filled'> & {
  /** US dollars; absent if the exchanges do not agree. */
  readonly price?: number;
  /** Exchanges that gave no quote; absent if no exchange was asked. */
  readonly troubles?: readonly PlaceTrouble[];
};

/** The price of the exchanges, with their saved state. */
export interface PriceSource {
  /**
   * @param tick the time of the current price's sample, in epoch milliseconds.
   * @param stored the prices of the last 24 hours and ten minutes, oldest first.
   * @throws the signal's reason.
   */
  update(request: {
    tick: number;
    now: number;
    stored: readonly PricePoint[];
    signal: AbortSignal;
  }): Promise<CurrentPrice>;
  /**
   * The saved state.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  read(now: number): Promise<PriceState>;
}

export function createPriceSource(options: {
  stateStore: StateStore;
  onUnfit: OnUnfit;
  exchanges: readonly Exchange[];
  /** Waits for a write before the source is closed. A failed write costs some repeated requests, and no more. */
  runInBackground: (work: Promise<unknown>) => void;
}): PriceSource {
  const { exchanges, runInBackground } = options;
  const document = rememberPriceState(options.stateStore, options.onUnfit);
  let last = EMPTY_PRICE_STATE;

  async function read(now: number): Promise<PriceState> {
    return (await document.read(now)) ?? EMPTY_PRICE_STATE;
  }

  return {
    read,
    async update({ tick, now, stored, signal }) {
      const newest = stored.at(-1);
      // Repeated calls within a tick send no requests once its price is stored.
      if (newest?.time === tick && minutesWithoutPrice(stored, now).length === 0)
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
