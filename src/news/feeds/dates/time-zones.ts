import { MINUTE } from '../../../domain/time/bucket-width.ts';
import { openZone } from '../../../domain/time/zone.ts';

const MINUTES_PER_HOUR = 60;

/**
 * The abbreviations of RFC 822, and those that mean one offset wherever the time zone database uses them today, by their
 * hours from UTC.
 */
const ABBREVIATIONS: readonly [hours: number, names: string][] = [
  [-10, 'hst'],
  [-9, 'akst'],
  [-8, 'akdt pst'],
  [-7, 'mst pdt'],
  [-6, 'cst mdt'],
  [-5, 'cdt est'],
  [-4, 'edt'],
  [0, 'gmt ut utc wet z'],
  [1, 'cet west'],
  [2, 'cest eet sast'],
  [3, 'eest msk'],
  [8, 'awst hkt'],
  [9, 'jst kst'],
  [10, 'aest'],
  [11, 'aedt'],
  [12, 'nzst'],
  [13, 'nzdt'],
];

const HOURS = new Map(
  ABBREVIATIONS.flatMap(([hours, names]) => names.split(' ').map((name) => [name, hours])),
);

/** Abbreviations with several meanings, and the letters of RFC 822, whose signs were printed wrong (RFC 2822). */
const AMBIGUOUS = /^(?:acst|act|adt|amst|amt|ast|bst|cct|cot|ect|gst|ist|lhst|pyt|sst|wast|wst|[a-ik-y])$/i;

/** A name of the time zone database, such as `Europe/Paris`. Excludes names with a number: `Etc/GMT+5` is UTC−5. */
const PLACE = /^[a-z]{2,20}(?:\/[a-z_-]{2,30}){1,2}$/i;

export type Zone =
  /** Minutes from UTC. */
  | { readonly offset: number }
  /** A name of the time zone database, whose offset depends on the time. */
  | { readonly place: string }
  /** What is wrong, as a continuation of "dates with". */
  | { readonly refused: string };

/** `±hhmm`, `±hh:mm`, `±h:mm`, `±hh` or `±h`, in minutes. */
function offsetOf(digits: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(digits) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const size = Number(hours) * MINUTES_PER_HOUR + Number(minutes);
  return sign === '-' ? -size : size;
}

/** A name; or an offset, perhaps after a name, and perhaps with a name directly behind it or as the next word. */
const ZONE =
  /^(?<name>[a-z]{1,5})$|^(?:(?<base>utc?|gmt)|(?<before>[a-z]{2,5})\s?)?(?<digits>[+-]\d{2}:?\d{2}|[+-]\d:\d{2}|[+-]\d{1,2})(?:(?<attached>z|utc|gmt)|\s(?<after>z|[a-z]{2,5}))?$/i;

const minutesOf = (name = ''): number | undefined => {
  const hours = HOURS.get(name.toLowerCase());
  return hours === undefined ? undefined : hours * MINUTES_PER_HOUR;
};

/**
 * Reads the zone at the end of a date: an offset, a name, or both (`-0700 PDT`, `+00:00Z`), which must agree. An offset
 * beside an ambiguous name is enough. An offset attached to `GMT` or `UTC` counts from there; one behind a space
 * (`GMT +0100`) does not, since mail readers see only the name.
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

const zones = new Map<string, ReturnType<typeof openZone>>();

/** Bounds the memory that feeds can take. */
const MAX_ZONES = 10;

/**
 * The time at which clocks in a zone showed what would be `wall` in UTC, both in epoch milliseconds; `undefined` if they
 * showed it twice or never, or if there is no such zone.
 */
export function timeIn(zone: { offset: number } | { place: string }, wall: number): number | undefined {
  if ('offset' in zone) return wall - zone.offset * MINUTE;
  try {
    const opened = zones.get(zone.place) ?? openZone(zone.place);
    if (zones.size > MAX_ZONES) zones.clear();
    zones.set(zone.place, opened);
    const time = opened.toUtc(wall);
    return typeof time === 'number' ? time : undefined;
  } catch {
    return undefined;
  }
}
