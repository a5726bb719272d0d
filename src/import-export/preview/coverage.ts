import { DAY, MINUTE } from '../../domain/time/bucket-width.ts';

const MINUTES = DAY / MINUTE;

/** A day with a single sample, as in files of daily prices. */
interface SingleSample {
  readonly time: number;
  readonly price: number | undefined;
}

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

function addTo({ first, last, sums, counts }: Day, start: number, { time, price }: SingleSample): void {
  const minute = Math.floor((time - start) / MINUTE);
  const mark = ((time - start) % MINUTE) + 1;
  if (first[minute] === 0 || mark < (first[minute] as number)) first[minute] = mark;
  if (mark > (last[minute] as number)) last[minute] = mark;
  if (price === undefined) return;
  sums[minute] = (sums[minute] as number) + price;
  counts[minute] = (counts[minute] as number) + 1;
}

/** Which minutes an input covers, in any order, with about 26 kB for each day of several samples. */
export function createCoverage() {
  const days = new Map<number, Day | SingleSample>();

  /** Makes room for all minutes of a day. */
  function expand(start: number, sample: SingleSample): Day {
    const day = {
      first: new Uint16Array(MINUTES),
      last: new Uint16Array(MINUTES),
      sums: new Float64Array(MINUTES),
      counts: new Uint32Array(MINUTES),
    };
    addTo(day, start, sample);
    days.set(start, day);
    return day;
  }

  return {
    add(time: number, price: number | undefined): void {
      const start = Math.floor(time / DAY) * DAY;
      const known = days.get(start);
      if (known) addTo('time' in known ? expand(start, known) : known, start, { time, price });
      else days.set(start, { time, price });
    },

    /** The gaps that are longer than a time of at least a minute, in milliseconds, oldest first. */
    *gaps(longerThan: number): Generator<Gap, void, undefined> {
      let before: number | undefined;
      for (const start of [...days.keys()].sort((one, other) => one - other)) {
        const day = days.get(start) as Day | SingleSample;
        if ('time' in day) {
          if (before !== undefined && day.time - before > longerThan) yield { from: before, to: day.time };
          before = day.time;
          continue;
        }
        const { first, last } = day;
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
      if (day === undefined) return undefined;
      if ('time' in day)
        return Math.floor(day.time / MINUTE) * MINUTE === minuteStart ? day.price : undefined;
      const count = day.counts[minute] ?? 0;
      return count > 0 ? (day.sums[minute] as number) / count : undefined;
    },
  };
}
