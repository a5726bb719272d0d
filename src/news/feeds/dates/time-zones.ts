const MINUTES_OF_HOUR = 60;

/**
 * Hours from UTC of the zones that RFC 822 names, and of those whose abbreviation means one offset wherever the time
 * zone database uses it today. Those that mean several are left out.
 */
const HOURS: Readonly<Record<string, number>> = {
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
  akst: -9,
  akdt: -8,
  hst: -10,
  wet: 0,
  west: 1,
  cet: 1,
  cest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  sast: 2,
  hkt: 8,
  jst: 9,
  kst: 9,
  awst: 8,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
};

/** Abbreviations that mean several offsets, and the letters of RFC 822, whose signs were printed wrong (RFC 2822). */
const AMBIGUOUS = /^(?:acst|act|adt|amst|amt|ast|bst|cct|cot|ect|gst|ist|lhst|pyt|sst|wast|wst|[a-ik-y])$/i;

/** A name of the time zone database, such as `Europe/Paris`. Those with a number are left out: `Etc/GMT+5` is UTC−5. */
const PLACE = /^[a-z]{2,20}(?:\/[a-z_-]{2,30}){1,2}$/i;

export type Zone =
  /** Minutes from UTC. */
  | { readonly offset: number }
  /** A name of the time zone database, whose offset depends on the time. */
  | { readonly place: string }
  /** Why it is none: goes on from "dates with". */
  | { readonly refused: string };

/** `±hhmm`, `±hh:mm`, `±h:mm`, `±hh` or `±h`, in minutes. */
function offsetOf(digits: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(digits) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const size = Number(hours) * MINUTES_OF_HOUR + Number(minutes);
  return sign === '-' ? -size : size;
}

/** A name, an offset that may be attached to one, and a name behind it: attached to it, or a word of its own. */
const ZONE =
  /^(?<name>[a-z]{1,5})$|^(?:(?<base>utc?|gmt)|(?<before>[a-z]{2,5})\s?)?(?<digits>[+-]\d{2}:?\d{2}|[+-]\d:\d{2}|[+-]\d{1,2})(?:(?<attached>z|utc|gmt)|\s(?<after>z|[a-z]{2,5}))?$/i;

const minutesOf = (name: string | undefined): number | undefined => {
  const hours = name === undefined ? undefined : HOURS[name.toLowerCase()];
  return hours === undefined ? undefined : hours * MINUTES_OF_HOUR;
};

/**
 * The zone at the end of a date: an offset, a name, or both (`-0700 PDT`, `+00:00Z`), which must agree. An offset beside
 * a name that means several is enough; attached to `GMT` or `UTC` it counts from there. Behind a space (`GMT +0100`) it
 * does not, as mail readers see the name alone.
 */
export function readZone(text: string): Zone {
  if (text === '') return { refused: 'no time zone' };
  if (PLACE.test(text)) return { place: text };
  const { name, before, digits, attached, after } = ZONE.exec(text)?.groups ?? {};
  if (name !== undefined) {
    const offset = minutesOf(name);
    if (offset !== undefined) return { offset };
    return {
      refused: `the ${AMBIGUOUS.test(name) ? 'ambiguous' : 'unknown'} time zone ${name.toUpperCase()}`,
    };
  }
  if (digits === undefined) return { refused: 'an unknown time zone' };
  const offset = offsetOf(digits);
  if (offset === undefined) return { refused: 'an impossible time zone' };
  const differs = [before, attached, after].some((one) => (minutesOf(one) ?? offset) !== offset);
  return differs ? { refused: 'two time zones that differ' } : { offset };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** No feed has dates of more zones. */
const MOST_PLACES = 50;

/** Minutes from UTC that a place had at a time in epoch milliseconds. */
function offsetAt(place: string, time: number): number | undefined {
  if (formats.size > MOST_PLACES) formats.clear();
  const format =
    formats.get(place) ?? new Intl.DateTimeFormat('en', { timeZone: place, timeZoneName: 'longOffset' });
  formats.set(place, format);
  const name = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return name === 'GMT' ? 0 : offsetOf(name.replace('GMT', ''));
}

/**
 * The time at which clocks of a zone showed what would be `wall` in UTC, both in epoch milliseconds; `undefined` where
 * they showed it twice or never, or where there is no such zone.
 */
export function timeIn(zone: { offset: number } | { place: string }, wall: number): number | undefined {
  const at = (offset: number): number => wall - offset * 60_000;
  if ('offset' in zone) return at(zone.offset);
  try {
    const around = [wall - 86_400_000, wall + 86_400_000].map((time) => offsetAt(zone.place, time));
    const times = [...new Set(around)].flatMap((offset) =>
      offset !== undefined && offsetAt(zone.place, at(offset)) === offset ? [at(offset)] : [],
    );
    return times.length === 1 ? times[0] : undefined;
  } catch {
    return undefined;
  }
}
