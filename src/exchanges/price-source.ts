import type { PlaceTrouble } from '../domain/upstream-errors.ts';
import type { Background } from '../sources/live/background.ts';
import { troublesOf } from '../sources/live/report.ts';
import type { RememberedPrice } from '../sources/live/saved-state.ts';
import type { Exchange } from './exchange.ts';
import { minutesWithoutPrice } from './missing-minutes.ts';
import type { PricePoint } from './price-agreement.ts';
import { NOTHING_REMEMBERED, type PriceState } from './price-state.ts';
import { type PricePass, passPrice } from './price-update.ts';

export type DeskPass = Pick<PricePass, 'absence' | 'filled'> & {
  readonly price?: number;
  /** Venues that gave no quote; absent where nobody was asked. */
  readonly troubles?: readonly PlaceTrouble[];
};

/** Passes for the price, with what the fleet remembers of the venues. */
export interface PriceDesk {
  /**
   * @param tick the time that the price of now is kept at, in epoch milliseconds.
   * @param kept as `passPrice` wants it.
   */
  pass(request: {
    tick: number;
    now: number;
    kept: readonly PricePoint[];
    signal: AbortSignal;
  }): Promise<DeskPass>;
  /**
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  read(now: number): Promise<PriceState>;
}

export function createPriceDesk(options: {
  remembered: RememberedPrice;
  exchanges: readonly Exchange[];
  background: Background;
}): PriceDesk {
  const { remembered, exchanges, background } = options;
  let last = NOTHING_REMEMBERED;

  async function read(now: number): Promise<PriceState> {
    return (await remembered.read(now)) ?? NOTHING_REMEMBERED;
  }

  return {
    read,
    async pass({ tick, now, kept, signal }) {
      const newest = kept.at(-1);
      // A call within a tick that has its price asks nobody, however often it comes.
      if (newest?.time === tick && minutesWithoutPrice(kept, now).length === 0)
        return { price: newest.price, filled: [] };
      const state = await read(now).catch(() => last);
      const {
        agreement,
        absence,
        filled,
        state: after,
      } = await passPrice({ exchanges, now, kept, state, signal });
      last = after;
      background.add(remembered.write(after));
      return {
        filled,
        troubles: troublesOf(Object.values(after.standings)),
        ...(agreement.price !== undefined && { price: agreement.price }),
        ...(absence !== undefined && { absence }),
      };
    },
  };
}
