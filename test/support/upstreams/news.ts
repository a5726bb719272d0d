import type { FakeFeed, FakeItem } from './feeds.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const NEWS_FEED_COUNT = 4;

/** An item, and the period in which its feed shows it, in epoch milliseconds. */
export interface ShownItem extends FakeItem {
  readonly title: string;
  readonly feed: number;
  readonly shownFrom: number;
  readonly shownUntil?: number;
}

/** Writes a unique title for a story that a scorer gives this sentiment, from −1 to 1. */
export type WriteTitle = (story: string, sentiment: number) => string;

/** A sequence of numbers in [0, 1), the same in each run (Lehmer's generator). */
function randomNumbers(): () => number {
  let state = 20_090_103;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * Three days of news, each shown from its date. A quarter is copied by another feed, earlier or later, in other
 * letters.
 */
export function newsUntil(end: number, write: WriteTitle): ShownItem[] {
  const random = randomNumbers();
  const begin = end - 74 * HOUR;
  const items: ShownItem[] = [];
  for (let date = begin; date < end; date += Math.round(2 * random() * 12 * MINUTE)) {
    const feed = Math.floor(random() * NEWS_FEED_COUNT);
    const sentiment = Number((random() * 2 - 1).toFixed(2));
    const title = `${write(`number ${items.length}`, sentiment)}${random() < 0.2 ? ' off the market' : ''}`;
    items.push({ feed, title, date, shownFrom: date });
    if (random() > 0.25) continue;
    const copyDate = Math.max(date + Math.round((random() - 0.4) * 90 * MINUTE), begin);
    items.push({
      feed: (feed + 1) % NEWS_FEED_COUNT,
      title: `🚀 ${title.toUpperCase()}! - Copy News`,
      date: copyDate,
      shownFrom: copyDate,
    });
  }
  return items.filter(({ shownFrom }) => shownFrom <= end);
}

/** Items that are difficult to handle, each at its own hour before the end. */
export function difficultNews(end: number, write: WriteTitle) {
  const early = write('shown five hours early', 1);
  const tooNew = write('of five minutes ago', 1);
  const edited = write('with a typing error', -1);
  const again = write('as it was', -1);
  const items: ShownItem[] = [
    { feed: 0, title: early, date: end - 10 * HOUR, shownFrom: end - 15 * HOUR },
    { feed: 1, title: write('of tomorrow', 1), date: end + 5 * HOUR, shownFrom: end - HOUR },
    { feed: 2, title: tooNew, date: end - 5 * MINUTE, shownFrom: end - 5 * MINUTE },
    // Edited in place, with quotation marks and a later `updated`.
    {
      feed: 1,
      id: 'edited',
      title: edited,
      date: end - 20 * HOUR,
      shownFrom: end - 20 * HOUR,
      shownUntil: end - 12 * HOUR,
    },
    {
      feed: 1,
      id: 'edited',
      title: `“${edited}”!`,
      date: end - 20 * HOUR,
      updated: end - 12 * HOUR,
      shownFrom: end - 12 * HOUR,
    },
    // Edited and shown again above the first, with the same identifier, another title and a new date.
    { feed: 3, id: 'again', title: write('reworded', 1), date: end - 6 * HOUR, shownFrom: end - 6 * HOUR },
    { feed: 3, id: 'again', title: again, date: end - 18 * HOUR, shownFrom: end - 18 * HOUR },
  ];
  return { items, early, tooNew, again };
}

/** Makes each feed show its own items as of the clock's time. */
export function showNews(feeds: readonly FakeFeed[], items: readonly ShownItem[], clock: () => number): void {
  for (const [index, feed] of feeds.entries()) {
    const own = items.filter((item) => item.feed === index);
    feed.show(() => {
      const now = clock();
      return own.filter(
        ({ shownFrom, shownUntil = Number.POSITIVE_INFINITY }) => shownFrom <= now && now < shownUntil,
      );
    });
  }
}
