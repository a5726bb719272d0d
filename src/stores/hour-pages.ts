import { areSame, type HourColumns } from '../domain/past/hour-columns.ts';
import { HOUR } from '../domain/time/time.ts';

/** Hours of a page. Changing one hour costs reading its page again: half a millisecond. */
export const PAGE_HOURS = 720;

/** Enough for 21 years, with 23 kB each. */
const MAX_PAGES = 256;

const pageOf = (time: number): number => Math.floor(time / (PAGE_HOURS * HOUR));

/** The start of the page that a time is in. A page begins at a multiple of its length. */
export const pageStart = (time: number): number => pageOf(time) * PAGE_HOURS * HOUR;

/** The hours that were read, by page, until something changes them. */
export interface HourPages {
  /** @param version of the store: a page is known only at the version at which it was read. */
  recall(time: number, version: unknown): HourColumns | undefined;
  /** Returns the page that was kept before if its hours are the same: what was made of them is right, too. */
  keep(page: HourColumns, version: unknown): HourColumns;
  /** The pages of these hours are unknown now. @param hours their starts; all pages if it is empty. */
  forget(hours: Iterable<number>): void;
}

export function createHourPages(): HourPages {
  const pages = new Map<number, { readonly page: HourColumns; version: unknown }>();
  return {
    recall(time, version) {
      const kept = pages.get(pageOf(time));
      return kept?.version === version ? kept?.page : undefined;
    },
    keep(read, version) {
      const index = pageOf(read.start);
      const before = pages.get(index)?.page;
      const page = before && areSame(before, read) ? before : read;
      if (pages.size >= MAX_PAGES && !before) pages.clear();
      pages.set(index, { page, version });
      return page;
    },
    forget(hours) {
      const changed = new Set(Array.from(hours, pageOf));
      for (const [index, kept] of pages) {
        if (changed.size === 0 || changed.has(index)) kept.version = undefined;
      }
    },
  };
}
