import { DAY, MINUTE } from './bucket-width.ts';
import { HOUR } from './time.ts';

/** A local time that does not exist, because the clocks went forward, or exists twice, because they went back. */
export type LocalTimeFault = 'time_skipped' | 'time_repeated';

/** Converts the local times of one zone. */
export interface Zone {
  readonly name: string;
  /** @param local the wall clock's reading as if it were UTC, in milliseconds since 1970. @returns epoch milliseconds. */
  toUtc(local: number): number | LocalTimeFault;
}

/** The offsets of all zones change at whole quarters of an hour. */
const STEP = 15 * MINUTE;

/** Quarters whose result is kept: about a year. */
const MAX_KNOWN = 35_000;

const PART_NAMES = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/**
 * Opens a zone of the IANA database, such as `Europe/Berlin`, or `UTC`.
 *
 * @throws RangeError if there is no such zone.
 */
export function openZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-u-hc-h23-nu-latn', {
    timeZone: name,
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

  /** The offset from UTC at a moment, in milliseconds. */
  function offsetAt(time: number): number {
    const parts = new Map(
      format.formatToParts(time).map(({ type, value }) => [type as string, Number(value)]),
    );
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = PART_NAMES.map((part) =>
      parts.get(part),
    );
    return Date.UTC(year, month - 1, day, hour, minute, second) - time;
  }

  /** The offset of a quarter of an hour of local time. */
  function find(local: number): number | LocalTimeFault {
    // A day before and after the moment, the offsets are those on both sides of any change between.
    const offsets = new Set([
      offsetAt(local - DAY),
      offsetAt(local + DAY),
      offsetAt(local - HOUR),
      offsetAt(local + HOUR),
    ]);
    const fitting = [...offsets].filter((offset) => offsetAt(local - offset) === offset);
    if (fitting.length > 1) return 'time_repeated';
    return fitting[0] ?? 'time_skipped';
  }

  const known = new Map<number, number | LocalTimeFault>();
  let last: { quarter: number; offset: number | LocalTimeFault } | undefined;

  return {
    name,
    toUtc(local) {
      const quarter = Math.floor(local / STEP) * STEP;
      if (last?.quarter !== quarter) {
        let offset = known.get(quarter);
        if (offset === undefined) {
          offset = find(quarter);
          if (known.size >= MAX_KNOWN) known.clear();
          known.set(quarter, offset);
        }
        last = { quarter, offset };
      }
      return typeof last.offset === 'number' ? local - last.offset : last.offset;
    },
  };
}
