import { DAY } from '../../../domain/time/bucket-width.ts';
import type { Keys } from '../keys.ts';
import { VALID_PRICES_LUA } from '../prices.ts';

/** The functions with which scripts make rollups, to be put before them. */
export const ROLLUPS_LUA = [VALID_PRICES_LUA, new URL('rollups.lua', import.meta.url)] as const;

/** Another one where what pages are and hold is another: then all are made anew. */
export const SCHEMA = '1';

/** What a page of each is for, in milliseconds: see rollups.lua. A page of hours begins with a day, and none is in two of days. */
export const HOURS_PAGE = 30 * DAY;
export const DAYS_PAGE = 16 * HOURS_PAGE;

/** Pages of days that there can be: up to the year 2138. What lies after them is read from raw samples. */
const MOST_DAYS_PAGES = 128;

/** Epoch milliseconds: rollups are before it. */
export const LIMIT = MOST_DAYS_PAGES * DAYS_PAGE;

const daysPage = ({ rollups }: Keys, index: number): string => `${rollups}:days:${index}`;
const hoursPage = ({ rollups }: Keys, index: number): string => `${rollups}:hours:${index}`;

export const allDaysPages = (keys: Keys): string[] =>
  Array.from({ length: MOST_DAYS_PAGES }, (_, index) => daysPage(keys, index));

/** The pages that a range is in, the first one's index, and the time that each is for. */
export function pagesOf(keys: Keys, kind: 'hours' | 'days', { from, to }: { from: number; to: number }) {
  const [length, name] = kind === 'days' ? [DAYS_PAGE, daysPage] : [HOURS_PAGE, hoursPage];
  const first = Math.floor(from / length);
  const count = Math.max(0, Math.ceil(to / length) - first);
  return {
    start: first * length,
    length,
    names: Array.from({ length: count }, (_, index) => name(keys, first + index)),
  };
}

export type ScriptKeys = readonly [string, string, string, string, string];

/** The keys of a script that changes what is in the day of a time, or in some days of its page of hours. */
export function keysOf(keys: Keys, time: number): ScriptKeys {
  const days = daysPage(keys, Math.floor(time / DAYS_PAGE));
  const hours = hoursPage(keys, Math.floor(time / HOURS_PAGE));
  return [keys.price, keys.sentiment, keys.rollups, days, hours];
}
