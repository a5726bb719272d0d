import type { PlaceTrouble } from '../../domain/place-troubles.ts';
import type { Memory } from '../../stores/store.ts';
import type { Background } from './background.ts';
import type { Exchange } from './exchanges/exchange.ts';
import { minutesWithoutPrice } from './minutes.ts';
import type { PricePoint } from './price.ts';
import { type PricePass, passPrice } from './price-pass.ts';
import { NOTHING_REMEMBERED, type PriceState } from './price-state.ts';
import { DOCUMENTS, parsePriceState } from './remembered.ts';
import { troublesOf } from './report.ts';

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
  /** @throws StoreError. */
  read(): Promise<PriceState>;
}

export function createPriceDesk(options: {
  memory: Memory;
  exchanges: readonly Exchange[];
  background: Background;
}): PriceDesk {
  const { memory, exchanges, background } = options;
  let last = NOTHING_REMEMBERED;

  async function read(): Promise<PriceState> {
    return parsePriceState(await memory.read(DOCUMENTS.price)) ?? NOTHING_REMEMBERED;
  }

  return {
    read,
    async pass({ tick, now, kept, signal }) {
      const newest = kept.at(-1);
      // A call within a tick that has its price asks nobody, however often it comes.
      if (newest?.time === tick && minutesWithoutPrice(kept, now).length === 0)
        return { price: newest.price, filled: [] };
      const state = await read().catch(() => last);
      const {
        agreement,
        absence,
        filled,
        state: after,
      } = await passPrice({ exchanges, now, kept, state, signal });
      last = after;
      background.add(memory.write(DOCUMENTS.price, JSON.stringify(after)));
      return {
        filled,
        troubles: troublesOf(Object.values(after.standings)),
        ...(agreement.price !== undefined && { price: agreement.price }),
        ...(absence !== undefined && { absence }),
      };
    },
  };
}
