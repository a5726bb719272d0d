import { DAY, MINUTE } from '../../domain/time/bucket-width.ts';

const MINUTES = DAY / MINUTE;

/** A day's minutes: the first and the last time, the sum of the prices and their number. */
interface Day {
  /** Milliseconds into the minute, plus 1; 0 if there is no time. */
  readonly first: Uint16Array;
  readonly last: Uint16Array;
  readonly sums: Float64Array;
  readonly counts: Uint32Array;
}

export interface Gap {
  /** The times on both sides, in epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** Which minutes an input covers, in any order, with about 26 kB for each day. */
export function createCoverage() {
  const days = new Map<number, Day>();

  function dayAt(start: number): Day {
    const known = days.get(start);
    if (known) return known;
    const day = {
      first: new Uint16Array(MINUTES),
      last: new Uint16Array(MINUTES),
      sums: new Float64Array(MINUTES),
      counts: new Uint32Array(MINUTES),
    };
    days.set(start, day);
    return day;
  }

  return {
    add(time: number, price: number | undefined): void {
      const start = Math.floor(time / DAY) * DAY;
      const minute = Math.floor((time - start) / MINUTE);
      const mark = ((time - start) % MINUTE) + 1;
      const { first, last, sums, counts } = dayAt(start);
      if (first[minute] === 0 || mark < (first[minute] as number)) first[minute] = mark;
      if (mark > (last[minute] as number)) last[minute] = mark;
      if (price === undefined) return;
      sums[minute] = (sums[minute] as number) + price;
      counts[minute] = (counts[minute] as number) + 1;
    },

    /** The gaps that are longer than a time of at least a minute, in milliseconds, oldest first. */
    *gaps(longerThan: number): Generator<Gap, void, undefined> {
      let before: number | undefined;
      for (const start of [...days.keys()].sort((one, other) => one - other)) {
        const { first, last } = dayAt(start);
        for (let minute = 0; minute < MINUTES; minute += 1) {
          if (first[minute] === 0) continue;
          const from = start + minute * MINUTE + (first[minute] as number) - 1;
          if (before !== undefined && from - before > longerThan) yield { from: before, to: from };
          before = start + minute * MINUTE + (last[minute] as number) - 1;
        }
      }
    },

    /** The mean price of a minute; `undefined` if there is none. */
    priceAt(minuteStart: number): number | undefined {
      const start = Math.floor(minuteStart / DAY) * DAY;
      const minute = (minuteStart - start) / MINUTE;
      const day = days.get(start);
      const count = day?.counts[minute] ?? 0;
      return day && count > 0 ? (day.sums[minute] as number) / count : undefined;
    },
  };
}
