import type { HourColumns } from '../../../domain/past/hour-columns.ts';
import { HOUR } from '../../../domain/time/time.ts';

/** Hours of a page. Changing one hour costs reading its page again: half a millisecond. */
export const PAGE_HOURS = 720;

/** Enough for 21 years, with 23 kB each. */
const MAX_PAGES = 256;

const pageOf = (time: number): number => Math.floor(time / (PAGE_HOURS * HOUR));

/** The hours that were read, by page, until something changes them. A page begins at a multiple of its length. */
export interface HourPages {
  /** The start of the page that a time is in. */
  startOf(time: number): number;
  /** @param dataVersion the file's, which changes with each commit of another connection: then, nothing is known any more. */
  recall(time: number, dataVersion: number): HourColumns | undefined;
  keep(page: HourColumns): void;
  /** Forgets the pages of hours that this connection changed. @param hours their starts; all pages if it is empty. */
  forget(hours: Iterable<number>): void;
}

export function createHourPages(): HourPages {
  const pages = new Map<number, HourColumns>();
  let version: number | undefined;
  return {
    startOf: (time) => pageOf(time) * PAGE_HOURS * HOUR,
    recall(time, dataVersion) {
      if (version !== dataVersion) pages.clear();
      version = dataVersion;
      return pages.get(pageOf(time));
    },
    keep(page) {
      if (pages.size >= MAX_PAGES) pages.clear();
      pages.set(pageOf(page.start), page);
    },
    forget(hours) {
      let isEmpty = true;
      for (const hour of hours) {
        isEmpty = false;
        pages.delete(pageOf(hour));
      }
      if (isEmpty) pages.clear();
    },
  };
}
