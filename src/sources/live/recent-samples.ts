import type { Sample } from '../../domain/sample.ts';
import type { Range } from '../../domain/time/range.ts';
import { CLOCK_TOLERANCE } from '../../domain/time/time.ts';
import { MINUTE } from '../../exchanges/exchange.ts';
import type { PricePoint } from '../../exchanges/price-agreement.ts';

/** What is kept of the last 24 hours, as far as it tells what is missing. */
export interface Day {
  /** Of each minute of the last 24 hours and ten minutes the last price, oldest first. */
  readonly prices: readonly PricePoint[];
  /** The times of the last 24 hours that have a price and no sentiment, oldest first. */
  readonly unfelt: readonly number[];
}

export interface DayLook {
  /** What is kept, or was some seconds ago: samples that were noted since are in it. */
  look(now: number, samples: (range: Range) => AsyncIterable<readonly Sample[]>): Promise<Day>;
  /** What will be kept of now. */
  note(sample: Sample): void;
  /** The next look is a new one. */
  forget(): void;
}

const DAY = 24 * 60 * MINUTE;
const BEFORE = 10 * MINUTE;

/** Between two looks, whatever the interval is; and this many times as long as the last look took. Milliseconds. */
const PAUSE = 10_000;
const SHARE = 20;

async function read(now: number, samples: AsyncIterable<readonly Sample[]>): Promise<Day> {
  const prices: PricePoint[] = [];
  const unfelt: number[] = [];
  for await (const slice of samples) {
    for (const { time, price, sentiment } of slice) {
      if (price === undefined) continue;
      addPrice(prices, { time, price });
      if (sentiment === undefined && time > now - DAY) unfelt.push(time);
    }
  }
  return { prices, unfelt };
}

/** The last one of a minute is enough to see that it has one, and to hold the next minute against. */
function addPrice(prices: PricePoint[], point: PricePoint): void {
  const last = prices.at(-1);
  const isSameMinute = last && Math.floor(last.time / MINUTE) === Math.floor(point.time / MINUTE);
  if (isSameMinute) prices[prices.length - 1] = point;
  else prices.push(point);
}

/** With intervals of a fraction of a second a look at a whole day each time would be all that is done. */
export function createDayLook(): DayLook {
  let last: { day: Day; at: number; pause: number } | undefined;
  return {
    async look(now, samples) {
      const age = last ? now - last.at : Number.POSITIVE_INFINITY;
      if (last && age >= 0 && age < last.pause) return last.day;
      const began = performance.now();
      const range = { from: now - DAY - BEFORE, to: now + CLOCK_TOLERANCE };
      const day = await read(now, samples(range));
      const pause = Math.max(PAUSE, SHARE * (performance.now() - began));
      last = { day, at: now, pause };
      return day;
    },
    note({ time, price, sentiment }) {
      if (!last || price === undefined) return;
      const prices = [...last.day.prices];
      addPrice(prices, { time, price });
      const unfelt = sentiment === undefined ? [...last.day.unfelt, time] : last.day.unfelt;
      last = { ...last, day: { prices, unfelt } };
    },
    forget() {
      last = undefined;
    },
  };
}
