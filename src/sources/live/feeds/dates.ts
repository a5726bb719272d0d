const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The zones that RFC 822 names, and UTC, which everybody uses; hours from UTC. All others are ambiguous. */
const ZONES: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
};

/** RFC 822 with the years of RFC 2822; the day of the week is not checked, for feeds get it wrong. */
const RFC_822 =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]{0,6}\s+(\d{4}|\d{2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+([+-]\d{4}|[a-z]{1,3})(?:\s+\([^()]*\))?$/i;

/** RFC 3339; the seconds may be missing, as in the W3C's profile of ISO 8601, which `dc:date` follows. */
const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(z|[+-]\d{2}:\d{2})$/i;

/** No date is longer. Characters. */
const LONGEST = 64;

/** Minutes from UTC; `undefined` where nothing says so. */
function offsetOf(zone: string): number | undefined {
  const digits = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!digits) {
    const hours = ZONES[zone.toLowerCase()];
    return hours === undefined ? undefined : hours * 60;
  }
  const [hours, minutes] = [Number(digits[2]), Number(digits[3])];
  if (hours > 23 || minutes > 59) return undefined;
  return (digits[1] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

interface Fields {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** Up to 60: there are leap seconds. */
  readonly second: number;
  readonly millisecond: number;
  readonly zone: string;
}

function timeOf({ year, month, day, hour, minute, second, millisecond, zone }: Fields): number | undefined {
  const offset = offsetOf(zone);
  const isReal =
    day >= 1 && new Date(Date.UTC(year, month, day)).getUTCDate() === day && month >= 0 && month < 12;
  if (!isReal || offset === undefined || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month, day, hour, minute - offset, second, millisecond);
}

const fullYear = (digits: string): number => {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 50 ? 2000 + year : 1900 + year;
};

/**
 * The time of an RFC 822 or RFC 3339 date in epoch milliseconds; `undefined` for all else. What has no zone is
 * refused: it would be read in this machine's own.
 */
export function readDate(text: string): number | undefined {
  const date = text.length > LONGEST ? '' : text.trim();
  const [, day, month, year, hour, minute, second, zone] = RFC_822.exec(date) ?? [];
  if (month !== undefined) {
    return timeOf({
      year: fullYear(String(year)),
      month: MONTHS.indexOf(month.toLowerCase()),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second ?? 0),
      millisecond: 0,
      zone: String(zone),
    });
  }
  const iso = RFC_3339.exec(date);
  if (!iso) return undefined;
  return timeOf({
    year: Number(iso[1]),
    month: Number(iso[2]) - 1,
    day: Number(iso[3]),
    hour: Number(iso[4]),
    minute: Number(iso[5]),
    second: Number(iso[6] ?? 0),
    millisecond: Number((iso[7] ?? '').padEnd(3, '0').slice(0, 3)),
    zone: String(iso[8]),
  });
}
