import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Range } from '../../../domain/time/range.ts';
import type { Keys } from '../keys.ts';
import { VALID_PRICES_LUA } from '../prices.ts';

/** The function that finds the time before which rollups are final. */
export const RAW_SINCE_LUA = new URL('raw-since.lua', import.meta.url);

/** The function that describes the state of samples and averages, to be put before scripts. */
export const STATE_LUA = [RAW_SINCE_LUA, new URL('state.lua', import.meta.url)] as const;

/** The functions that scripts use to compute rollups, to be put before them. */
export const ROLLUPS_LUA = [
  VALID_PRICES_LUA,
  RAW_SINCE_LUA,
  new URL('rollups.lua', import.meta.url),
] as const;

/**
 * Change this if rollups must be rebuilt. Those of trimmed hours cannot be: for another format of pages, increase `LAYOUT`, and
 * convert them.
 */
export const SCHEMA = '2';

/** The time that a page covers; see rollups.lua. A page of hours begins with a day, and lies within one page of days. */
export const HOURS_PAGE = 30 * DAY;
export const DAYS_PAGE = 16 * HOURS_PAGE;

/** Enough up to the year 2138. Later buckets are computed from raw samples. */
const MAX_DAYS_PAGES = 128;

/** The end of the time that rollups can cover, in epoch milliseconds. */
export const LIMIT = MAX_DAYS_PAGES * DAYS_PAGE;

const daysPage = ({ rollups }: Keys, index: number): string => `${rollups}:days:${index}`;
const hoursPage = ({ rollups }: Keys, index: number): string => `${rollups}:hours:${index}`;

export const allDaysPages = (keys: Keys): string[] =>
  Array.from({ length: MAX_DAYS_PAGES }, (_, index) => daysPage(keys, index));

/** The keys of the rollups of the format before, which processes of an older version still use. */
export function earlierKeys(keys: Keys): string[] {
  const rollups = keys.rollups.replace(/:2$/, '');
  const earlier = { ...keys, rollups };
  const hours = pagesOf(earlier, 'hours', { from: 0, to: LIMIT }).names;
  return [rollups, ...allDaysPages(earlier), ...hours];
}

/** The names of the pages that cover a range, the start of the first, and the length of each. */
export function pagesOf(keys: Keys, kind: 'hours' | 'days', { from, to }: Range) {
  const [length, name] = kind === 'days' ? [DAYS_PAGE, daysPage] : [HOURS_PAGE, hoursPage];
  const first = Math.floor(from / length);
  const count = Math.max(0, Math.ceil(to / length) - first);
  return {
    start: first * length,
    length,
    names: Array.from({ length: count }, (_, index) => name(keys, first + index)),
  };
}

/** The keys of a script that changes samples in the day of a time, or in some days of its page of hours. */
export function keysOf(keys: Keys, time: number): readonly string[] {
  const days = daysPage(keys, Math.floor(time / DAYS_PAGE));
  const hours = hoursPage(keys, Math.floor(time / HOURS_PAGE));
  return [keys.price, keys.sentiment, keys.rollups, days, hours, keys.store];
}
